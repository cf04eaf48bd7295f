import math

from matplotlib.ticker import MaxNLocator

from kgen.plots.figures import Figure

DRAWN_ALREADY = "epoch", "loss", "steps"


def curves(history, title="", health=(), verdict="sound"):
    """One panel a logged scalar over the epochs, training as a line and validation as a dashed one.

    ``health`` holds an epoch's signs and the names of its faults each: a panel a sign, and one of the faults, which
    says ``verdict`` where there are none.
    """
    names = [name for name in history[0] if name != "epoch" and not name.startswith("val_")]
    signs = [name for name in (health[-1][0] if health else ()) if name not in DRAWN_ALREADY]
    count = len(names) + len(signs) + bool(health)
    columns = min(4, count)
    figure = Figure(figsize=(3.2 * columns, 2.4 * math.ceil(count / columns)), layout="constrained", dpi=120)
    figure.suptitle(title, fontsize=10)
    every = figure.subplots(math.ceil(count / columns), columns, squeeze=False).flat
    for axes, name in zip(every, names, strict=False):
        _panel(axes, history, name)
    for axes, name in zip(every[len(names) :], signs, strict=False):
        _panel(axes, [row for row, _ in health], name, "health")
    if health:
        _faults(every[count - 1], health, verdict)
    for axes in every[count:]:
        axes.set_axis_off()
    return figure


def _panel(axes, rows, name, kind="training"):
    epochs = [row["epoch"] for row in rows]
    style = {"marker": "."} if len(epochs) == 1 else {}
    colour = "C0" if kind == "training" else "C2"
    axes.plot(epochs, [row.get(name, math.nan) for row in rows], label=kind, color=colour, **style)
    if f"val_{name}" in rows[0]:
        axes.plot(epochs, [row[f"val_{name}"] for row in rows], "--", label="validation", **style)
    axes.set_title(name, fontsize=9)
    _finish(axes)
    axes.legend(fontsize=7)


def _faults(axes, health, verdict):
    # A red mark for each epoch that showed a fault, a row each.
    names = sorted({name for _, faults in health for name in faults})
    marks = [(row["epoch"], names.index(name)) for row, faults in health for name in faults]
    axes.plot([epoch for epoch, _ in marks], [place for _, place in marks], "s", color="C3")
    axes.set_title("warnings" if names else f"no warnings: {verdict}", fontsize=9)
    axes.set_yticks(range(len(names)), [name.replace("_", "\n") for name in names])
    axes.set_xlim(health[0][0]["epoch"] - 0.5, health[-1][0]["epoch"] + 0.5)
    axes.set_ylim(-0.5, max(len(names), 1) - 0.5)
    _finish(axes)


def _finish(axes):
    axes.set_xlabel("epoch", fontsize=8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.3)
