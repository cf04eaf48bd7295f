import math

import keras

from kgen import plots
from kgen.engine import alone, own
from kgen.tasks import applying

LEAST, MOST, NUMBERS = 10, 2000, 2**20  # values shown, and how many numbers they may hold


class Pictures(keras.callbacks.Callback):
    """Draws, after every epoch, what there is to see of each task of the model, of the same codes and values.

    Args:
        run: ``kgen.runs.run.Run``.
        data: ``kgen.data.Data``; some of its validation values are shown.
    """

    def __init__(self, run, data):
        super().__init__()
        self.run, self.data = run, data
        self.split = examples(data)

    def on_epoch_end(self, epoch, logs=None):
        with alone():
            figure = self.figure(own(self.model), f"epoch {epoch + 1}")
        if figure is not None:
            self.run.save_figure(figure, f"samples/epoch_{epoch + 1:04d}.png")

    def figure(self, model, title=""):
        """The panels of all tasks below each other, if there are any."""
        tasks = applying(model, self.data)
        panels = [panel for task in tasks for panel in task.panels(model, self.split)]
        return plots.stacked(panels, title) if panels else None

    def shown(self, model):
        """The same as a picture for TensorBoard."""
        figure = self.figure(model)
        return {} if figure is None else {"progress": plots.raster(figure)[None]}


def examples(data):
    """Validation values to look at: as many as are easily kept, of which a cloud shows all."""
    size = sum(math.prod(field.shape) for field in data.fields.values())
    return data.validation.examples(max(LEAST, min(MOST, NUMBERS // size)))
