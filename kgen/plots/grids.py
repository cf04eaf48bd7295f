import numpy as np
from matplotlib.figure import Figure

CELL_INCHES = 0.5


def grid(images, title="", columns=(), rows=(), pixel_range=(0.0, 1.0)):
    """Images (rows, columns, height, width, channels) side by side, with names over the columns and beside the rows."""
    figure = Figure(figsize=_size(images), layout="constrained", dpi=150)
    _draw(figure.subplots(), images, title, columns, rows, pixel_range)
    return figure


def progress(pairs, samples, epoch, columns=(), pixel_range=(0.0, 1.0)):
    """What an epoch reached: pairs, if any, of real images over reconstructions; samples with one z a row below."""
    panels = [] if pairs is None else [(pairs, f"epoch {epoch}: real above, reconstruction below", ())]
    panels += [(samples, f"epoch {epoch}: " + ("samples, one z a row" if len(columns) else "samples"), columns)]
    return stacked(panels, pixel_range)


def stacked(panels, pixel_range=(0.0, 1.0)):
    """Grids below each other: for each its images, its title and the names over its columns."""
    widths, inches = zip(*(_size(images) for images, _, _ in panels), strict=True)
    figure = Figure(figsize=(max(widths), sum(inches)), layout="constrained", dpi=120)
    axes = figure.subplots(len(panels), height_ratios=inches, squeeze=False).flat
    for place, (images, title, columns) in zip(axes, panels, strict=True):
        _draw(place, images, title, columns, (), pixel_range)
    return figure


def image_viewer(grids, titles, columns):
    """Grids of images in [0, 1] beside each other, ``columns`` of them in a line, each with its title."""
    widths, heights = zip(*map(_size, grids), strict=True)
    lines = -(-len(grids) // columns)
    figure = Figure(figsize=(max(widths) * columns, max(heights) * lines), layout="constrained", dpi=120)
    places = list(figure.subplots(lines, columns, squeeze=False).flat)
    for axes, images, title in zip(places, grids, titles, strict=False):
        _draw(axes, images, title, (), (), (0.0, 1.0))
    for axes in places[len(grids) :]:
        axes.set_axis_off()
    return figure


def _size(images):
    rows, columns, height, width = images.shape[:4]
    return max(3.2, columns * CELL_INCHES * width / height + 0.6), rows * CELL_INCHES + 0.6


def _draw(axes, images, title, columns, rows, pixel_range):
    low, high = pixel_range
    canvas = _joined(np.clip((images - low) / (high - low), 0.0, 1.0))
    axes.imshow(canvas.squeeze(-1) if canvas.shape[-1] == 1 else canvas, cmap="gray", vmin=0, vmax=1)
    axes.set_title(title, fontsize=8)
    axes.tick_params(length=0, labelsize=7)
    height, width = images.shape[2] + 1, images.shape[3] + 1
    axes.set_xticks((np.arange(len(columns)) + 0.5) * width - 1, columns, rotation=45 if _long(columns) else 0)
    axes.set_yticks((np.arange(len(rows)) + 0.5) * height - 1, rows)
    axes.xaxis.set_ticks_position("top")
    axes.spines[:].set_visible(False)


def _long(names):
    return any(len(name) > 3 for name in names)


def _joined(images):
    # A white line between the cells: one pixel of it belongs to each image.
    padded = np.pad(images, ((0, 0), (0, 0), (0, 1), (0, 1), (0, 0)), constant_values=1.0)
    rows, columns, height, width, channels = padded.shape
    return padded.transpose(0, 2, 1, 3, 4).reshape(rows * height, columns * width, channels)[:-1, :-1]
