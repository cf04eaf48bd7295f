"""The figures that a run has to show."""

import numpy as np
from PIL import Image as Picture

from kgen import plots, tasks
from kgen.experiments.report import spread_over
from kgen.plots.figures import Figure
from kgen.runs.run import Run


@plots.drawn
def epochs(run: Run, count: int = 4) -> Figure:
    """The pictures of the model after some epochs, first and last included, side by side."""
    pictures = run.pictures
    if not pictures:
        raise ValueError(
            f"{run.path} has no pictures of its epochs: "
            "its model draws none, or no epoch was finished."
        )
    chosen = map(Picture.open, spread_over(pictures, count))
    shown = [np.asarray(picture.convert("RGB")) / 255 for picture in chosen]
    return plots.image_viewer(shown, [""] * len(shown), columns=len(shown))


def figures(run: Run) -> dict[str, Figure]:
    """Every figure of the tasks of a run's model, by the name of its file in the run."""
    model, dataset = run.model(), run.trained_on()
    drawn: dict[str, Figure] = {}
    for task in tasks.applying(model, dataset):
        drawn |= task.figures(model, dataset) | task.test_figures(model, dataset)
    return drawn
