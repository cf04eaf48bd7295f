import math
from functools import cached_property

import keras
from matplotlib.figure import Figure

from kgen import plots
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel, alone, own
from kgen.runs.run import Run
from kgen.tasks import applying
from kgen.types import Array, Scalars

# values shown, and how many numbers they may hold
LEAST, MOST, NUMBERS = 10, 2000, 2**20
FRAMES = 60  # pictures of a training at most


class Pictures(keras.callbacks.Callback):
    """Draws a figure of all tasks of the model after every epoch, of the same latents and values.

    A training of more than 60 epochs has at most 60 pictures, at equal distances. Drawing takes
    as long as an epoch of a few hundred images.

    Args:
        run: ``kgen.runs.run.Run``.
        data: ``kgen.data.Data``; some of its validation values are shown.
    """

    def __init__(self, run: Run, data: Data):
        super().__init__()
        self.run, self.data = run, data

    @cached_property
    def split(self) -> Split | UnpairedSplit:
        """The values that are shown."""
        return examples(self.data)

    def on_train_begin(self, logs: Scalars | None = None) -> None:
        with alone():
            self.catch_up(own(self.model))

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        if (epoch + 1) % math.ceil(self.params["epochs"] / FRAMES):
            return
        with alone():
            self._draw(own(self.model), epoch + 1)

    def catch_up(self, model: GenerativeModel) -> None:
        """Draws the last epoch if a stop came between its model file and its picture."""
        epoch = model.epochs_trained
        if epoch and not (self.run.path / picture_name(epoch)).exists():
            self._draw(model, epoch)

    def _draw(self, model, epoch):
        figure = self.figure(model, f"epoch {epoch}")
        if figure is not None:
            self.run.save_figure(figure, picture_name(epoch))

    def figure(self, model: GenerativeModel, title: str = "") -> Figure | None:
        """The panels of all tasks below each other, if there are any."""
        tasks = applying(model, self.data)
        with model.averaged():
            panels = [p for task in tasks for p in task.panels(model, self.split)]
        return plots.stacked(panels, title) if panels else None

    def shown(self, model: GenerativeModel) -> dict[str, Array]:
        """The same as a picture for TensorBoard."""
        figure = self.figure(model)
        return {} if figure is None else {"progress": plots.raster(figure)[None]}


def picture_name(epoch: int) -> str:
    """The file of the picture of an epoch."""
    return f"samples/epoch_{epoch:04d}.png"


def examples(data: Data) -> Split | UnpairedSplit:
    """Validation values to look at: as many as are easily kept; scatter plots show all of them."""
    size = sum(math.prod(field.shape) for field in data.fields.values())
    return data.validation.examples(max(LEAST, min(MOST, NUMBERS // size)))
