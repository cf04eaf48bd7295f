import time
from collections.abc import Callable

import keras

from kgen import console
from kgen.types import Scalars

NUMBER, LEAST_WIDTH = 7, 17  # of a scalar, and of one beside that of the validation


class EpochLines(keras.callbacks.Callback):
    """Writes one line per epoch: the time left, the main scalars, and the monitor's verdict.

    The scalars are the model's ``headline``, with those of the validation in brackets; all others
    are in the history.

    Args:
        word: function without arguments, the monitor's verdict on the newest epoch; by default
            there is no such column.

    Example:
        >>> model.fit(x, y, epochs=20, verbose=0, callbacks=[EpochLines()])
    """

    def __init__(self, word: Callable[[], str] | None = None):
        super().__init__()
        self.word = word

    def on_train_begin(self, logs: Scalars | None = None) -> None:
        self.ends = [time.monotonic()]
        self.heads = [
            f"{name.removesuffix('_loss')} (val)" for name in self.model.headline
        ]
        self._write("epoch", "left", self.heads, self.word and "health")

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        self.ends.append(time.monotonic())
        count = self.params["epochs"]
        left = console.duration(self._left(count - epoch - 1))
        numbers = [_beside(name, logs) for name in self.model.headline]
        self._write(f"{epoch + 1}/{count}", left, numbers, self.word and self.word())

    def _left(self, epochs):
        # The first epoch, which traces the steps, tells little of the others.
        start = 1 if len(self.ends) > 2 else 0
        return (
            epochs * (self.ends[-1] - self.ends[start]) / (len(self.ends) - 1 - start)
        )

    def _write(self, epoch, left, numbers, word):
        widths = [max(LEAST_WIDTH, len(head)) for head in self.heads]
        cells = [
            f"{number:>{width}}" for number, width in zip(numbers, widths, strict=True)
        ]
        print(
            "  ".join([f"{epoch:>7}{left:>8}", *cells, word or ""]).rstrip(), flush=True
        )


def _beside(name, logs):
    validation = logs.get(f"val_{name}")
    beside = "" if validation is None else f"({validation:#.4g})"
    return f"{f'{logs[name]:#.4g}':>{NUMBER}} {beside:{NUMBER + 2}}"
