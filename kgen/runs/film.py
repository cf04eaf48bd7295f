import tempfile
from pathlib import Path

import keras

from kgen import plots


class Film(keras.callbacks.Callback):
    """Draws the model after every epoch and, at the end of the training, joins the pictures into a GIF.

    Args:
        path: the GIF to write.
        draw: function of the model and a title that returns a matplotlib figure.

    Raises:
        ValueError: if ``path`` does not end in .gif.

    Example:
        >>> model.fit(x, epochs=20, callbacks=[Film("ring.gif", draw)])
    """

    def __init__(self, path, draw):
        super().__init__()
        self.path, self.draw = Path(path), draw
        if self.path.suffix != ".gif":
            raise ValueError(f"film={str(path)!r} should end in .gif.")

    def on_train_begin(self, logs=None):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.folder, self.pictures = tempfile.TemporaryDirectory(), []

    def on_epoch_end(self, epoch, logs=None):
        self.pictures.append(Path(self.folder.name) / f"{epoch}.png")
        self.draw(self.model, f"epoch {epoch + 1}").savefig(self.pictures[-1])

    def on_train_end(self, logs=None):
        plots.animate(self.pictures, self.path)
        self.folder.cleanup()
