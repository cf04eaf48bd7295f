import keras
from tqdm import tqdm

from kgen.types import Scalars


class Progress(keras.callbacks.Callback):
    """Moves a tqdm bar on by one per epoch."""

    def __init__(self, bar: tqdm):
        super().__init__()
        self.bar = bar

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        self.bar.update(1)
