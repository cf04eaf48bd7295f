"""Panels, the parts of which figures are composed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from matplotlib.axes import Axes

from kgen.fields import Field
from kgen.fields.painting import canvas, show, temperatures
from kgen.fields.volume import middle_planes
from kgen.plots.style import DPI
from kgen.types import Array, Arrays, Names

MARGIN, GAP, NARROWEST, SQUARE = 0.6, 0.2, 3.2, 3.6  # inches
FEW_CLASSES = 12  # up to which a square has room for two numbers
LETTER, NAME = 0.05, 5  # of names below values: inches of a letter, font size


class Panel(Protocol):
    """What every panel of this module is: it has a size, and draws itself."""

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""

    def draw(self, axes: Axes) -> None:
        """Draws the panel into the axes."""


class _Square:
    """A panel as wide as high."""

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""
        return SQUARE, SQUARE


class _Wide:
    """A panel of about three times its height."""

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""
        return 2 * SQUARE, 0.6 * SQUARE


class Cells(NamedTuple):
    """Values (rows, columns, …) side by side, drawn by their field; columns and rows have names."""

    values: np.ndarray
    field: Field
    title: str = ""
    columns: Names = ()
    rows: Names = ()

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""
        rows, columns = self.values.shape[:2]
        width, height = self.field.cell
        below = max((len(name) for _, name in self.field.marks), default=0) * LETTER
        above = MARGIN if self.title or len(self.columns) else GAP
        return max(NARROWEST, columns * width + MARGIN), rows * height + above + below

    def draw(self, axes: Axes) -> None:
        self.field.paint(axes, np.asarray(self.values))
        width, height = self.field.cell
        axes.set_aspect(height / width)
        axes.set_title(self.title)
        axes.tick_params(length=0)
        rotation = 45 if _long(self.columns) else 0
        axes.set_xticks(
            np.arange(len(self.columns)) + 0.5, self.columns, rotation=rotation
        )
        axes.set_yticks(np.arange(len(self.rows)) + 0.5, self.rows)
        axes.xaxis.set_ticks_position("top")
        axes.spines[:].set_visible(False)
        if self.field.marks:
            self._mark(axes)

    def _mark(self, axes):
        """Writes the names of a value's parts below each column."""
        places, names = [], []
        for column in range(self.values.shape[1]):
            for at, name in self.field.marks:
                places.append(column + at)
                names.append(name)
        below = axes.secondary_xaxis("bottom")
        below.set_xticks(places, names, rotation=90, fontsize=NAME)
        below.tick_params(length=0, pad=2)  # a tick beside a name reads as a hyphen
        below.spines[:].set_visible(False)


class Differences(NamedTuple):
    """Signed differences (columns, …, channels) on a grid: blue below 0, white at 0, red above."""

    values: np.ndarray
    field: Field
    title: str = ""

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""
        return Cells(self.values[None], self.field, self.title).inches

    def draw(self, axes: Axes) -> None:
        signed = np.asarray(self.values, "float64").mean(axis=-1)[None]
        most = max(float(np.abs(signed).max()), 1e-6)
        coloured = temperatures(signed, (-most, most))
        whole = coloured.ndim > 5
        show(axes, canvas(middle_planes(coloured) if whole else coloured), signed.shape)
        width, height = self.field.cell
        axes.set_aspect(height / width)
        axes.set_title(f"{self.title}, at most {most:.4g}")
        axes.set_axis_off()


class Picture(NamedTuple):
    """A finished picture (height, width, channels) in [0, 1], at its own size."""

    values: np.ndarray
    title: str = ""

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""
        height, width = self.values.shape[:2]
        return width / DPI, height / DPI + MARGIN

    def draw(self, axes: Axes) -> None:
        axes.imshow(np.squeeze(self.values), vmin=0, vmax=1)
        axes.set_title(self.title)
        axes.set_axis_off()


@dataclass(frozen=True)
class Estimates(_Square):
    """Estimated numbers over true ones, with the diagonal on which both are equal."""

    numbers: np.ndarray
    estimates: np.ndarray
    unit: str = ""
    title: str = ""

    def draw(self, axes: Axes) -> None:
        both = np.concatenate([self.numbers, self.estimates])
        ends = both.min(), both.max()
        axes.plot(ends, ends, "k--", linewidth=0.8)
        _over_true(axes, self, self.estimates, "estimated")


class Errors(NamedTuple):
    """Mean absolute errors by group with 95 % intervals, beside those of a trivial estimate."""

    errors: np.ndarray
    trivial: np.ndarray
    groups: np.ndarray
    unit: str = ""
    title: str = ""

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""
        names = np.unique(self.groups)
        return max(NARROWEST, 0.3 * len(names) + 1.5), SQUARE + LETTER * max(
            map(len, names)
        )

    def draw(self, axes: Axes) -> None:
        names = np.unique(self.groups)
        parts = [np.abs(self.errors[self.groups == name]) for name in names]
        means = np.array([part.mean() for part in parts])
        ends = np.array([_ends(part) for part in parts]).T
        axes.bar(
            np.arange(len(names)),
            means,
            yerr=np.abs(ends - means),
            error_kw={"linewidth": 1},
            label="model",
        )
        trivial = [np.abs(self.trivial[self.groups == name]).mean() for name in names]
        axes.plot(
            np.arange(len(names)),
            trivial,
            "_",
            color="black",
            markersize=12,
            label="median of the training",
        )
        axes.set_xticks(np.arange(len(names)), sized(names, parts), rotation=90)
        axes.set_ylabel(f"mean absolute error {self.unit}".strip())
        _caption(axes, f"by {self.title}")


@dataclass(frozen=True)
class Residuals(_Square):
    """Errors over true numbers, with the zero line and the line fitted to the errors."""

    numbers: np.ndarray
    errors: np.ndarray
    unit: str = ""
    title: str = ""

    def draw(self, axes: Axes) -> None:
        axes.axhline(0.0, color="black", linestyle="--", linewidth=0.8)
        ends = np.array([self.numbers.min(), self.numbers.max()])
        slope, start = (
            np.polyfit(self.numbers, self.errors, 1)
            if ends[0] < ends[1]
            else (0.0, self.errors.mean())
        )
        axes.plot(ends, start + slope * ends, color="C1")
        _over_true(axes, self, self.errors, "estimated minus true")


@dataclass(frozen=True)
class Steps(_Square):
    """An error after each correction: the mean over all orders, between the best and the worst."""

    mean: np.ndarray
    least: np.ndarray
    greatest: np.ndarray
    unit: str = ""
    title: str = ""

    def draw(self, axes: Axes) -> None:
        steps = np.arange(len(self.mean))
        axes.fill_between(
            steps, self.least, self.greatest, alpha=0.25, label="best to worst"
        )
        axes.plot(steps, self.mean, "o-", label="mean")
        axes.set_xticks(steps)
        axes.set(
            xlabel="corrected concepts",
            ylabel=f"mean absolute error {self.unit}".strip(),
        )
        _caption(axes, self.title)


@dataclass(frozen=True)
class Cloud(_Square):
    """Scatter plot of real and generated values of two numbers, (n, 2)."""

    real: np.ndarray
    drawn: np.ndarray
    title: str = ""

    def draw(self, axes: Axes) -> None:
        for values, name in ((self.real, "real"), (self.drawn, "generated")):
            axes.scatter(values[:, 0], values[:, 1], s=2, alpha=0.5, label=name)
        ends = self.real.min(axis=0), self.real.max(axis=0)
        margin = 0.2 * (ends[1] - ends[0])
        axes.set(xlim=_around(ends, margin, 0), ylim=_around(ends, margin, 1))
        _caption(axes, self.title)


@dataclass(frozen=True)
class Clouds(_Square):
    """Values of two numbers that several generators draw, (generators, n, 2), on real ones."""

    real: np.ndarray
    drawn: np.ndarray
    names: Names
    title: str = ""

    def draw(self, axes: Axes) -> None:
        axes.scatter(self.real[:, 0], self.real[:, 1], s=2, color="0.8", label="real")
        hues = np.linspace(0, 1, len(self.drawn), endpoint=False)
        for values, name, hue in zip(self.drawn, self.names, hues, strict=True):
            axes.scatter(
                values[:, 0], values[:, 1], s=2, alpha=0.5, color=_hue(hue), label=name
            )
        axes.set_title(self.title)
        if len(self.drawn) <= FEW_CLASSES:
            axes.legend(fontsize=NAME, markerscale=3)


@dataclass(frozen=True)
class Moves(_Square):
    """Points before and after a change, (n, 2) or (n, 1), with arrows to the expected points."""

    before: np.ndarray
    after: np.ndarray
    expected: np.ndarray
    title: str = ""

    def draw(self, axes: Axes) -> None:
        before, after, expected = map(
            _in_plane, (self.before, self.after, self.expected)
        )
        axes.scatter(before[:, 0], before[:, 1], s=8, label="before")
        axes.scatter(
            after[:, 0], after[:, 1], s=8, marker="x", linewidths=0.8, label="after"
        )
        steps: dict[str, Any] = {
            "angles": "xy",
            "scale_units": "xy",
            "scale": 1,
            "width": 0.003,
        }
        axes.quiver(
            *before.T, *(expected - before).T, alpha=0.6, label="expected", **steps
        )
        axes.update_datalim(expected)  # matplotlib leaves out the tips of arrows
        axes.autoscale_view()
        _caption(axes, self.title)


@dataclass(frozen=True)
class Histogram(_Square):
    """Histograms of one number, (n, 1), in real and in generated values."""

    real: np.ndarray
    drawn: np.ndarray
    title: str = ""

    def draw(self, axes: Axes) -> None:
        margin = 0.2 * np.ptp(self.real)
        bins = np.linspace(self.real.min() - margin, self.real.max() + margin, 81)
        for values, name in ((self.real, "real"), (self.drawn, "generated")):
            axes.hist(values[:, 0], bins.tolist(), density=True, alpha=0.5, label=name)
        _caption(axes, self.title)


@dataclass(frozen=True)
class Distributions(_Wide):
    """Histograms of a measure of real and of generated images, (n,) and (m,)."""

    real: np.ndarray
    drawn: np.ndarray
    title: str = ""

    def draw(self, axes: Axes) -> None:
        low, high = np.percentile(np.concatenate([self.real, self.drawn]), (0, 100))
        bins = np.linspace(low, high, 41)
        for values, name in ((self.real, "real"), (self.drawn, "generated")):
            told = f"{name}: {values.mean():,.4g} ± {values.std():,.3g}"
            axes.hist(values, bins.tolist(), density=True, alpha=0.5, label=told)
        _caption(axes, self.title)


@dataclass(frozen=True)
class Scores(_Wide):
    """Histograms of the scores of several kinds of values, {name: (n,)}, and a threshold."""

    kinds: Arrays
    threshold: float
    title: str = ""

    def draw(self, axes: Axes) -> None:
        low, high = np.percentile(np.concatenate([*self.kinds.values()]), (0, 100))
        bins = np.linspace(low, high, 41)
        for name, values in self.kinds.items():
            axes.hist(
                values,
                bins.tolist(),
                density=True,
                alpha=0.5,
                label=f"{name} ({len(values)})",
            )
        axes.axvline(self.threshold, color="black", linestyle="--", label="threshold")
        axes.set(xlabel="score")
        _caption(axes, self.title)


class Change(NamedTuple):
    """A signed map (height, width, channels): red below 0, blue above, significance outlined."""

    mean: np.ndarray
    significant: np.ndarray
    title: str = ""

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""
        return SQUARE + 2 * MARGIN, SQUARE

    def draw(self, axes: Axes) -> None:
        mean = self.mean.mean(axis=-1)
        most = max(float(np.abs(mean).max()), 1e-6)
        shown = axes.imshow(mean, cmap="RdBu", vmin=-most, vmax=most)
        where = self.significant.any(axis=-1)
        if where.any() and not where.all():
            axes.contour(where, levels=[0.5], colors="black", linewidths=0.5)
        axes.figure.colorbar(shown, ax=axes, shrink=0.8)
        axes.set_title(self.title)
        axes.set_axis_off()


class Confusion(NamedTuple):
    """Confusion matrix, one row per true class; the shade is the share of the true class."""

    labels: np.ndarray
    read: np.ndarray
    names: Names
    title: str = ""

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height."""
        return 2 * SQUARE, 2 * SQUARE

    def draw(self, axes: Axes) -> None:
        from sklearn.metrics import ConfusionMatrixDisplay, confusion_matrix

        counts = confusion_matrix(
            self.labels, self.read, labels=np.arange(len(self.names))
        )
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        display = ConfusionMatrixDisplay(shares, display_labels=self.names)
        shades = {"vmin": 0.0, "vmax": 1.0, "cmap": "Blues"}
        rotation = 45 if len(counts) <= FEW_CLASSES else 90
        display.plot(
            ax=axes,
            include_values=False,
            xticks_rotation=rotation,
            colorbar=False,
            im_kw=shades,
        )
        axes.figure.colorbar(
            display.im_, ax=axes, shrink=0.8, label="share of the true class"
        )
        _write_counts(axes, counts, shares)
        axes.set_title(self.title)


@dataclass(frozen=True)
class Roc(_Square):
    """ROC curve of each class: the share found over false alarms; of two classes, the second."""

    labels: np.ndarray
    probabilities: np.ndarray
    names: Names
    title: str = ""

    def draw(self, axes: Axes) -> None:
        axes.plot((0, 1), (0, 1), "k--", linewidth=0.8)
        present = np.unique(self.labels)
        second = len(self.names) == 2 or len(present) < 2
        shown = present[1:] if second else present
        for number in shown:
            self._draw_class(axes, number)
        axes.set(
            xlabel="false alarms, share of the others",
            ylabel="found, share of the class",
        )
        axes.set_title(self.title)
        if 0 < len(shown) <= FEW_CLASSES:
            axes.legend()

    def _draw_class(self, axes, number):
        from sklearn.metrics import roc_curve

        from kgen.metrics.calibration import area

        found, given = self.labels == number, self.probabilities[:, number]
        alarms, hits, _ = roc_curve(found, given)
        axes.plot(
            alarms,
            hits,
            label=f"area {area(given[found], given[~found]):.3f}: {self.names[number]}",
        )


@dataclass(frozen=True)
class Reliability(_Square):
    """Accuracy over confidence, with bars for the share of values at each confidence."""

    labels: np.ndarray
    probabilities: np.ndarray
    title: str = ""

    def draw(self, axes: Axes) -> None:
        from kgen.metrics.calibration import reliability

        confidence, right, counts = reliability(self.probabilities, self.labels)
        axes.plot((0, 1), (0, 1), "k--", linewidth=0.8)
        axes.bar(
            confidence,
            counts / counts.sum(),
            0.04,
            alpha=0.3,
            label="share of the values",
        )
        axes.plot(confidence, right, "o-", markersize=4, label="accuracy")
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="accuracy")
        _caption(axes, self.title)


def _write_counts(axes, counts, shares):
    # For many classes there is only room for counts above 0, without shares.
    few = len(counts) <= FEW_CLASSES
    size = max(4.0, min(9.0, 240 / len(counts)))
    axes.tick_params(labelsize=size)
    for (row, column), count in np.ndenumerate(counts):
        share = shares[row, column]
        text = (
            f"{count}\n{share:.0%}"
            if few and count
            else f"{count}"
            if few or count
            else ""
        )
        colour = "white" if share > 0.5 else "black"
        axes.text(
            column, row, text, ha="center", va="center", fontsize=size, color=colour
        )


def _ends(errors):
    """The 95 % interval of a mean; both ends are the mean if a single value has no interval."""
    from kgen.metrics.bootstrap import interval
    from kgen.metrics.checks import Unmeasurable

    try:
        return interval(np.mean, [errors])
    except Unmeasurable:
        return errors.mean(), errors.mean()


def _caption(axes, title):
    axes.set_title(title)
    axes.legend()


def _hue(share):
    """A colour by its place on the circle of hues."""
    from matplotlib.colors import hsv_to_rgb

    return hsv_to_rgb((share, 1.0, 0.8))


def _around(ends, margin, axis):
    return ends[0][axis] - margin[axis], ends[1][axis] + margin[axis]


def _long(names):
    return any(len(name) > 3 for name in names)


def _in_plane(points):
    """Points (n, 2); points (n, 1) are placed at height 0."""
    return np.pad(points, ((0, 0), (0, 2 - points.shape[1])))


def _over_true(axes, panel, values, told):
    """Values over the true numbers of a panel, under its title."""
    axes.scatter(panel.numbers, values, s=6)
    axes.set_title(panel.title)
    axes.set_xlabel(f"true {panel.unit}".strip())
    axes.set_ylabel(f"{told} {panel.unit}".strip())


def sized(names: Iterable[str], groups: Sequence[Array]) -> list[str]:
    """The names of groups, each with the number of its values."""
    pairs = zip(names, groups, strict=True)
    return [f"{name or 'missing'} ({len(group)})" for name, group in pairs]
