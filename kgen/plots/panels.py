"""Panels: what a figure of several parts is put together of."""

from typing import NamedTuple

import numpy as np

from kgen.fields import Field
from kgen.plots.style import DPI

MARGIN, NARROWEST, SQUARE = 0.6, 3.2, 3.6  # inches
FEW_CLASSES = 12  # in whose squares there is room for two numbers
LETTER, NAME = 0.05, 5  # inches of a letter of a name below a value, and its size


class Cells(NamedTuple):
    """Values (rows, columns, …) side by side, drawn as their field says, with names over columns and beside rows."""

    values: np.ndarray
    field: Field
    title: str = ""
    columns: tuple = ()
    rows: tuple = ()

    @property
    def inches(self):
        """Width and height."""
        rows, columns = self.values.shape[:2]
        width, height = self.field.cell
        below = max((len(name) for _, name in self.field.marks), default=0) * LETTER
        return max(NARROWEST, columns * width + MARGIN), rows * height + MARGIN + below

    def draw(self, axes):
        self.field.paint(axes, np.asarray(self.values))
        width, height = self.field.cell
        axes.set_aspect(height / width)
        axes.set_title(self.title)
        axes.tick_params(length=0)
        rotation = 45 if _long(self.columns) else 0
        axes.set_xticks(np.arange(len(self.columns)) + 0.5, self.columns, rotation=rotation)
        axes.set_yticks(np.arange(len(self.rows)) + 0.5, self.rows)
        axes.xaxis.set_ticks_position("top")
        axes.spines[:].set_visible(False)
        if self.field.marks:
            self._mark(axes)

    def _mark(self, axes):
        """Writes below each column of values what their parts are called."""
        columns = range(self.values.shape[1])
        marks = [(column + at, name) for column in columns for at, name in self.field.marks]
        places, names = zip(*marks, strict=True)
        below = axes.secondary_xaxis("bottom")
        below.set_xticks(places, names, rotation=90, fontsize=NAME)
        below.tick_params(length=0, pad=2)  # a tick beside a name reads as a hyphen
        below.spines[:].set_visible(False)


class Picture(NamedTuple):
    """A finished picture (height, width, channels) in [0, 1], in its own size."""

    values: np.ndarray
    title: str = ""

    @property
    def inches(self):
        """Width and height."""
        height, width = self.values.shape[:2]
        return width / DPI, height / DPI + MARGIN

    def draw(self, axes):
        axes.imshow(np.squeeze(self.values), vmin=0, vmax=1)
        axes.set_title(self.title)
        axes.set_axis_off()


class Estimates(NamedTuple):
    """Estimated numbers over true ones, with the diagonal on which both are the same."""

    numbers: np.ndarray
    estimates: np.ndarray
    unit: str = ""
    title: str = ""

    inches = (SQUARE, SQUARE)

    def draw(self, axes):
        both = np.concatenate([self.numbers, self.estimates])
        ends = both.min(), both.max()
        axes.plot(ends, ends, "k--", linewidth=0.8)
        axes.scatter(self.numbers, self.estimates, s=6)
        axes.set_title(self.title)
        axes.set_xlabel(f"true {self.unit}".strip())
        axes.set_ylabel(f"estimated {self.unit}".strip())


class Cloud(NamedTuple):
    """Where real and generated values of two numbers lie, (n, 2)."""

    real: np.ndarray
    drawn: np.ndarray
    title: str = ""

    inches = (SQUARE, SQUARE)

    def draw(self, axes):
        for values, name in ((self.real, "real"), (self.drawn, "generated")):
            axes.scatter(*values.T, s=2, alpha=0.5, label=name)
        ends = self.real.min(axis=0), self.real.max(axis=0)
        margin = 0.2 * (ends[1] - ends[0])
        axes.set(xlim=_around(ends, margin, 0), ylim=_around(ends, margin, 1))
        _caption(axes, self.title)


class Histogram(NamedTuple):
    """How often each value of one number occurs, (n, 1), in real and in generated values."""

    real: np.ndarray
    drawn: np.ndarray
    title: str = ""

    inches = (SQUARE, SQUARE)

    def draw(self, axes):
        margin = 0.2 * np.ptp(self.real)
        bins = np.linspace(self.real.min() - margin, self.real.max() + margin, 81)
        for values, name in ((self.real, "real"), (self.drawn, "generated")):
            axes.hist(values[:, 0], bins, density=True, alpha=0.5, label=name)
        _caption(axes, self.title)


class Confusion(NamedTuple):
    """How often each class is read as each, a row a true class, in the shade of its share of that class."""

    labels: np.ndarray
    read: np.ndarray
    names: tuple
    title: str = ""

    inches = (2 * SQUARE, 2 * SQUARE)

    def draw(self, axes):
        from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

        counts = confusion_matrix(self.labels, self.read, labels=np.arange(len(self.names)))
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        display = ConfusionMatrixDisplay(shares, display_labels=self.names)
        shades = {"vmin": 0.0, "vmax": 1.0, "cmap": "Blues"}
        rotation = 45 if len(counts) <= FEW_CLASSES else 90
        display.plot(ax=axes, include_values=False, xticks_rotation=rotation, colorbar=False, im_kw=shades)
        axes.figure.colorbar(display.im_, ax=axes, shrink=0.8, label="share of the true class")
        _write_counts(axes, counts, shares)
        axes.set_title(self.title)


def _write_counts(axes, counts, shares):
    # Of many classes only what is not 0, and no shares: there is no room.
    few, size = len(counts) <= FEW_CLASSES, max(4.0, min(9.0, 240 / len(counts)))
    axes.tick_params(labelsize=size)
    for (row, column), count in np.ndenumerate(counts):
        share = shares[row, column]
        text = f"{count}\n{share:.0%}" if few and count else f"{count}" if few or count else ""
        colour = "white" if share > 0.5 else "black"
        axes.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)


def _caption(axes, title):
    axes.set_title(title)
    axes.legend()


def _around(ends, margin, axis):
    return ends[0][axis] - margin[axis], ends[1][axis] + margin[axis]


def _long(names):
    return any(len(name) > 3 for name in names)
