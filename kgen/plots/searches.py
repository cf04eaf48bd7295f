import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

LABEL = 8
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}


def heat_map(rows, columns, values, names, title):
    """Numbers (rows, columns) as colours with the number in each, NaN where there is none; ``names`` of the axes."""
    figure = Figure(figsize=(1.6 + 0.9 * len(columns), 1.4 + 0.6 * len(rows)), layout="constrained", dpi=150)
    axes = figure.subplots()
    image = axes.imshow(values, cmap="viridis", aspect="auto")
    middle = np.nanmean([np.nanmin(values), np.nanmax(values)])
    for (row, column), value in np.ndenumerate(values):
        colour = "black" if value > middle else "white"
        axes.text(column, row, "" if np.isnan(value) else f"{value:.4g}", ha="center", va="center", color=colour)
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylabel(names[0])
    axes.set_xlabel(names[1])
    axes.set_title(title, fontsize=9)
    figure.colorbar(image)
    return figure


def parallel_coordinates(trials, names, scores, title):
    """A line a trial over one axis a hyperparameter and, last, the score; ``trials`` are lists of values."""
    figure = Figure(figsize=(1.6 * (len(names) + 1) + 1, 3.6), layout="constrained", dpi=150)
    axes = figure.subplots()
    heights, ticks = zip(*map(_heights, [*zip(*trials, strict=True), scores]), strict=True)
    shades = heights[-1]
    for line, shade in sorted(zip(np.transpose(heights), shades, strict=True), key=lambda pair: pair[1]):
        axes.plot(line, color=_shade(shade), alpha=0.8, linewidth=1.5)
    for place, marks in enumerate(ticks):
        axes.axvline(place, color="black", linewidth=0.8)
        for height, text in marks:
            axes.text(place, height, text, fontsize=LABEL - 1, ha="center", va="center", bbox=BEHIND)
    axes.set_xticks(range(len(names) + 1), [*names, title], fontsize=LABEL)
    axes.set_yticks([])
    axes.set_xlim(-0.1, len(names) + 0.5)
    axes.spines[:].set_visible(False)
    return figure


def curves_of_trials(histories, labels, name, title=""):
    """One number over the epochs, a line a trial."""
    figure = Figure(figsize=(6.4, 3.8), layout="constrained", dpi=150)
    axes = figure.subplots()
    colours = _shade(np.linspace(0, 1, len(histories)))
    for history, label, colour in zip(histories, labels, colours, strict=True):
        axes.plot([row["epoch"] for row in history], [row[name] for row in history], ".-", label=label, color=colour)
    axes.set_xlabel("epoch", fontsize=LABEL)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0.5, max(len(history) for history in histories) + 0.5)
    axes.set_title(title, fontsize=LABEL)
    axes.set_ylabel(name, fontsize=LABEL)
    axes.tick_params(labelsize=LABEL - 1)
    axes.grid(alpha=0.3)
    if len(labels) <= 20:
        axes.legend(fontsize=LABEL - 2, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _heights(values):
    """Where the values of an axis lie between 0 and 1, and what to write where."""
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    if not numbers or len(set(values)) <= 6:
        order = sorted(set(values)) if numbers else list(dict.fromkeys(values))
        heights = [_share(order.index(value), 0, len(order) - 1) for value in values]
        return heights, list(
            zip(np.linspace(0, 1, len(order)) if len(order) > 1 else [0.5], map(_text, order), strict=True)
        )
    low, high = min(values), max(values)
    return [_share(value, low, high) for value in values], [(0, _text(low)), (1, _text(high))]


def _share(value, low, high):
    return (value - low) / (high - low) if high > low else 0.5


def _text(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _shade(share):
    return colormaps["viridis"](share)
