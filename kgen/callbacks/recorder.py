import keras

from kgen.engine import alone
from kgen.runs.run import Run
from kgen.types import Scalars


class Recorder(keras.callbacks.Callback):
    """Saves the history and the model of every epoch, and the best by the model's own monitor."""

    def __init__(self, run: Run):
        super().__init__()
        self.run = run

    def on_train_begin(self, logs: Scalars | None = None) -> None:
        # A stop between the two files of an epoch leaves one row more than the model has epochs.
        self.rows = self.run.history[: self.model.epochs_trained]
        if self.rows:
            self._keep_best()

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        self.rows.append(
            {
                "epoch": epoch + 1,
                **{name: float(value) for name, value in (logs or {}).items()},
            }
        )
        self.run.write_rows("history.csv", self.rows)
        with alone():
            self.run.save_model(self.model)
        self._keep_best()

    def _keep_best(self):
        # Where no number compares the epochs of a game, the last one counts as the best.
        if self.model.best_epoch(self.rows) in (None, self.rows[-1]["epoch"]):
            self.run.copy("model.keras", "best.keras")
