from collections.abc import Iterable

import keras

from kgen.runs.run import Run
from kgen.types import Location, Scalars


class Patience(keras.callbacks.Callback):
    """Ends a training once a number of the run's history has not improved for some epochs.

    Args:
        path: of the run.
        name: str, a number of its history.
        epochs: int, how many to wait.
        sign: 1 where less is better, -1 where more is better.
    """

    def __init__(self, path: Location, name: str, epochs: int, sign: int = 1):
        super().__init__()
        self.run, self.name, self.epochs, self.sign = Run(path), name, epochs, sign

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        if self.over(self.run.history):
            self.model.stop_training = True

    def over(self, history: Iterable[Scalars]) -> bool:
        """Whether the best of these epochs is at least ``epochs`` epochs ago."""
        values = [self.sign * row[self.name] for row in history]
        return (
            bool(values) and len(values) - 1 - values.index(min(values)) >= self.epochs
        )
