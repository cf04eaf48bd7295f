from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from kgen.plots.figures import Figure, legend
from kgen.plots.style import FINE, drawn
from kgen.types import Array

BINS = 20


@drawn
def sizes(shapes: Mapping[str, Sequence[tuple[int, int]]]) -> Figure:
    """Height over width of images, and how many images there are of each size.

    ``shapes`` maps groups to lists of (height, width).
    """
    figure = Figure(figsize=(8.0, 3.8), layout="constrained")
    places, counts = figure.subplots(1, 2)
    groups = {}
    for group, found in shapes.items():
        heights, widths = zip(*found, strict=True)
        groups[f"{group} ({len(found)})"] = places.scatter(
            widths, heights, s=14, alpha=0.7
        )
    places.set(
        xlabel="width, pixels", ylabel="height, pixels", xlim=(0, None), ylim=(0, None)
    )
    legend(places, groups, title="images")
    areas = [np.prod(found, axis=1) / 1e6 for found in shapes.values()]
    # From 0: for images of one size, matplotlib would add half a megapixel on either side.
    counts.hist(areas, BINS, range=(0.0, max(map(np.max, areas))), stacked=True)
    counts.set(xlabel="megapixels", ylabel="images", xlim=(0, None))
    counts.yaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


@drawn
def extremes(
    images: Mapping[str, Sequence[tuple[str, Array]]], value_range: tuple[float, float]
) -> Figure:
    """The largest image of each group above the smallest, all on the same scale.

    ``images`` maps groups to lists of (name, pixels).
    """
    figure = Figure(figsize=(2.4 * len(images) + 0.4, 5.4), layout="constrained")
    axes = figure.subplots(2, len(images), squeeze=False)
    low, high = value_range
    for column, (group, found) in enumerate(images.items()):
        for place, shown in zip(axes[:, column], [*found, None][:2], strict=True):
            place.set_axis_off()
            if shown:
                place.imshow(shown[1], vmin=low, vmax=high)
                place.set_title(f"{group}/{shown[0]}")
    return figure


@drawn
def restored(image: Array, reconstruction: Array, title: str = "") -> Figure:
    """A whole image in [0, 1], its reconstruction and their difference, all (height, width)."""
    figure = Figure(figsize=(13.5, 5.0), layout="constrained", dpi=FINE)
    apart = np.abs(image - reconstruction)
    panels = (
        (image, title, 0, 1),
        (reconstruction, "reconstruction", 0, 1),
        (apart, "difference", 0, None),
    )
    for axes, (pixels, name, black, white) in zip(
        figure.subplots(1, 3), panels, strict=True
    ):
        axes.imshow(pixels, vmin=black, vmax=white)
        axes.set_title(name)
        axes.set_axis_off()
    return figure
