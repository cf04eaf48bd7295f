import keras

from kgen.console import Bar
from kgen.types import Scalars


class Progress(keras.callbacks.Callback):
    """Moves a tqdm bar on by one per epoch."""

    def __init__(self, bar: Bar):
        super().__init__()
        self.bar = bar

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        self.bar.update(1)
