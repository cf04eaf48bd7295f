import keras

from kgen import console
from kgen.types import Scalars

FORMAT = "{desc} {bar} {n_fmt}/{total_fmt} {elapsed}<{remaining}{postfix}"


class BatchBar(keras.callbacks.Callback):
    """Shows on a terminal how far an epoch is, and its scalars so far; quick epochs have no bar."""

    def on_epoch_begin(self, epoch: int, logs: Scalars | None = None) -> None:
        what = f"Epoch {epoch + 1}/{self.params['epochs']}"
        self.bar = console.bar(self.params["steps"], what, "batch", bar_format=FORMAT)

    def on_train_batch_end(self, batch: int, logs: Scalars | None = None) -> None:
        logs = logs or {}
        shown = {
            name.removesuffix("_loss"): f"{logs[name]:.4g}"
            for name in self.model.headline
        }
        self.bar.set_postfix(shown, refresh=False)
        # several at a time where steps are taken in one go
        self.bar.update(batch + 1 - self.bar.n)

    def on_test_begin(self, logs: Scalars | None = None) -> None:
        self.bar.set_description("Validation")

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        self.bar.close()
