import math

from matplotlib.figure import Figure


def curves(history, title=""):
    """One panel a logged scalar over the epochs, training as a line and validation as a dashed one."""
    names = [name for name in history[0] if name != "epoch" and not name.startswith("val_")]
    columns = min(4, len(names))
    rows = math.ceil(len(names) / columns)
    figure = Figure(figsize=(3.2 * columns, 2.4 * rows), layout="constrained", dpi=120)
    figure.suptitle(title, fontsize=10)
    for axes, name in zip(figure.subplots(rows, columns, squeeze=False).flat, names, strict=False):
        _panel(axes, history, name)
    for axes in figure.axes[len(names) :]:
        axes.set_axis_off()
    return figure


def _panel(axes, history, name):
    epochs = [row["epoch"] for row in history]
    style = {"marker": "."} if len(epochs) == 1 else {}
    axes.plot(epochs, [row[name] for row in history], label="training", **style)
    if f"val_{name}" in history[0]:
        axes.plot(epochs, [row[f"val_{name}"] for row in history], "--", label="validation", **style)
    axes.set_title(name, fontsize=9)
    axes.set_xlabel("epoch", fontsize=8)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7)
