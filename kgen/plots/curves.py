import math
from collections.abc import Sequence

import keras
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from kgen.names import column_of
from kgen.plots import groups
from kgen.plots.figures import Figure, legend
from kgen.plots.style import drawn
from kgen.types import Names, Scalars

DRAWN_ALREADY = "epoch", "loss", "steps"
MOST_COLUMNS, WIDTH, HEIGHT = 3, 4.0, 2.8  # panels side by side, and inches of one
BELOW = "val_"


@drawn
def curves(
    history: keras.callbacks.History | Sequence[Scalars],
    title: str = "",
    health: Sequence[tuple[Scalars, Names]] = (),
    best: int | None = None,
    verdict: str = "sound",
) -> Figure:
    """The curves of a training: related scalars share a panel; dashed lines are validation.

    Args:
        history: what ``fit`` returns, or a list with a dict of scalars per epoch.
        title: str, above all panels.
        health: pairs of the diagnostics of an epoch and the names of its failures. Failures have
            their own panel.
        best: int, the epoch to mark; for the result of ``fit``, by default the epoch with the least
            monitored number.
        verdict: str, what the panel of failures says if there are none.
    """
    history, best = _rows(history, best)
    diagnostics = [row for row, _ in health]
    panels = _joined(
        (history, groups.grouped(_names(history))),
        (diagnostics, groups.grouped(_names(diagnostics[-1:], DRAWN_ALREADY))),
    )
    figure, axes = _panels(len(panels) + bool(health))
    told = f"best epoch {best} (dotted)" if best is not None else ""
    figure.suptitle(", ".join(filter(None, (title, told))))
    for place, (name, series) in zip(axes, panels.items(), strict=False):
        _panel(place, name, series)
        if best is not None:
            place.axvline(best, linestyle=":", linewidth=1.0, color="black")
    if health:
        _failures(axes[-1], health, verdict)
    return figure


def _rows(history, best):
    if not isinstance(history, keras.callbacks.History):
        return history, best
    columns = zip(history.epoch, *history.history.values(), strict=True)
    names, rows = history.history.keys(), []
    for epoch, *values in columns:
        rows.append({"epoch": epoch + 1, **dict(zip(names, values, strict=True))})
    return rows, best or history.model.best_epoch(rows)


def _names(rows, left_out=("epoch",)):
    names = rows[0] if rows else ()
    return [
        name for name in names if name not in left_out and not name.startswith(BELOW)
    ]


def _joined(*sources):
    """A dict from the title of a panel to its series, pairs (name, rows).

    A panel can hold both logged scalars and diagnostics, such as accuracies.
    """
    joined = {}
    for rows, panels in sources:
        for title, names in panels.items():
            joined.setdefault(title, []).extend((name, rows) for name in names)
    return joined


def _panels(count):
    columns = min(MOST_COLUMNS, math.ceil(math.sqrt(count)))
    lines = math.ceil(count / columns)
    figure = Figure(figsize=(WIDTH * columns, HEIGHT * lines), layout="constrained")
    axes = list(figure.subplots(lines, columns, squeeze=False).flat)
    for place in axes[count:]:
        place.remove()
    return figure, axes[:count]


def _panel(axes, title, series):
    lines = {name: _line(axes, rows, name) for name, rows in series}
    marks = {}
    for name, rows in series:
        if f"{BELOW}{name}" in rows[0]:
            _line(
                axes,
                rows,
                f"{BELOW}{name}",
                linestyle="--",
                color=lines[name].get_color(),
            )
            marks["validation"] = Line2D([], [], linestyle="--", color="black")
    axes.set(title=title, ylabel=groups.unit(title, lines), **groups.settings(title))
    _finish(axes)
    legend(axes, lines | marks)


def _line(axes, rows, name, **options):
    marker = "." if len(rows) == 1 else None
    # The sum is visible behind a part that equals it.
    width = 3.5 if name == groups.SUM else 1.5
    epochs = column_of(rows, "epoch")
    values = [row.get(name, math.nan) for row in rows]
    (line,) = axes.plot(epochs, values, marker=marker, linewidth=width, **options)
    return line


def _failures(axes, health, verdict):
    # One row per failure, with a mark for each epoch that showed it.
    _, shown = zip(*health, strict=True)
    names = sorted(set().union(*shown))
    epochs, places = [], []
    for row, failures in health:
        epochs += [row["epoch"]] * len(failures)
        places += map(names.index, failures)
    axes.plot(epochs, places, "s", color="C2")
    axes.set_title("warnings" if names else f"no warnings: {verdict}")
    axes.set_yticks(range(len(names)), [name.replace("_", "\n") for name in names])
    axes.set_xlim(health[0][0]["epoch"] - 0.5, health[-1][0]["epoch"] + 0.5)
    axes.set_ylim(-0.5, max(len(names), 1) - 0.5)
    _finish(axes)


def _finish(axes):
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid()
