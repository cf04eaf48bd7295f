from collections.abc import Callable, Iterable
from typing import Any

import keras
from keras import ops

from kgen.data.data import Data
from kgen.engine import alone, own
from kgen.engine.gradients import GradientNorm
from kgen.engine.optimizers import innermost
from kgen.engine.options import options_of
from kgen.tasks import applying
from kgen.tasks.failures import advice, failures_of, failures_so_far, verdict
from kgen.types import Scalars


class Health(keras.callbacks.Callback):
    """Checks every epoch for a failing training, and says in words what to do.

    The diagnostics follow from the tasks of the model. For a game they are the share of values and
    samples that the discriminator tells apart, and how diverse samples are; for an encoder, how
    many latents it uses. It keeps the norm of every player's gradients. A failure is reported once,
    when it has lasted for three epochs.

    Args:
        data: ``kgen.data.Data``; some of its validation values are looked at.
        rows: list of dicts, the diagnostics of earlier epochs when a training is resumed.
        write: function that receives all rows after every epoch.

    Example:
        >>> model.fit(x, y, epochs=20, callbacks=[Health(dataset)])
    """

    def __init__(
        self,
        data: Data,
        rows: Iterable[dict[str, Any]] = (),
        write: Callable[[list[dict[str, Any]]], object] = lambda rows: None,
    ):
        super().__init__()
        self.data, self.rows, self.write = data, list(rows), write

    def on_train_begin(self, logs: Scalars | None = None) -> None:
        self.rows = [
            row for row in self.rows if row["epoch"] <= self.model.epochs_trained
        ]
        self.told = {name for names in failures_so_far(self.rows) for name in names}
        self.tasks = applying(self.model, self.data)
        self.gradients = {
            name: GradientNorm(optimizer)
            for name, optimizer in self.model.optimizers.items()
        }

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        row = {"epoch": self.model.epochs_trained, "steps": self._steps()}
        with alone():
            row |= self._diagnosed(own(self.model), logs or {})
        norms = {
            norm_name(player): norm.since() for player, norm in self.gradients.items()
        }
        self.rows.append({**row, **norms})
        self.write(self.rows)
        self._report()

    def word(self) -> str:
        """The failures of the newest epoch, that there are none, or that it is too early."""
        return verdict(self.rows)

    def _diagnosed(self, model, logs):
        found = {}
        with model.averaged():
            for task in self.tasks:
                found |= task.diagnose(model, self.data.validation, logs)
        return found

    def _steps(self):
        optimizers = self.model.optimizers.values()
        return min(
            float(ops.convert_to_numpy(innermost(optimizer).iterations))
            for optimizer in optimizers
        )

    def _report(self):
        for name in set(failures_of(self.rows)) - self.told:
            told = advice(name, options_of(type(self.model)), self.rows[-1])
            print(f"\nEpoch {self.rows[-1]['epoch']}: {told}\n", flush=True)
            self.told.add(name)


def norm_name(player: str) -> str:
    """The name of a player's gradient norm."""
    return "gradient_norm" if player == "model" else f"{player}_gradient_norm"
