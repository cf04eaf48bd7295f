from collections.abc import Callable

import keras

from kgen.engine import GenerativeModel
from kgen.engine.distribution import alone, own
from kgen.types import Arrays, Location, Scalars


class TensorBoard(keras.callbacks.Callback):
    """Writes every scalar and some pictures of every epoch for TensorBoard, under any backend.

    Args:
        folder: path of the log directory of TensorBoard.
        draw: function from the model to a dict of names and images (n, height, width, channels)
            in [0, 1].
    """

    def __init__(
        self,
        folder: Location,
        draw: Callable[[GenerativeModel], Arrays] = lambda model: {},
    ):
        super().__init__()
        self.folder, self.draw = folder, draw

    def on_train_begin(self, logs: Scalars | None = None) -> None:
        from tensorflow import (
            summary,
        )  # needed here alone: JAX trains where TensorFlow is not installed

        self.summary, self.writer = (
            summary,
            summary.create_file_writer(str(self.folder)),
        )

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        with self.writer.as_default(step=epoch + 1):
            for name, value in (logs or {}).items():
                self.summary.scalar(name, float(value))
            for name, images in self._pictures().items():
                self.summary.image(name, images, max_outputs=len(images))
        self.writer.flush()

    def _pictures(self):
        with alone():
            return self.draw(own(self.model))

    def on_train_end(self, logs: Scalars | None = None) -> None:
        self.writer.close()
