import numpy as np
from matplotlib.figure import Figure


def density(real, fake, value_range, title=""):
    """How often each value of one number occurs, (n, 1), in real and in generated samples."""
    figure, axes = _square(title)
    bins = np.linspace(*value_range, 81)
    for samples, name in ((real, "real"), (fake, "generated")):
        axes.hist(samples[:, 0], bins, density=True, alpha=0.5, label=name)
    axes.legend(fontsize=7)
    return figure


def scatter(real, fake, value_range, title=""):
    """Where real and generated samples of two numbers lie, (n, 2)."""
    figure, axes = _square(title)
    for samples, name in ((real, "real"), (fake, "generated")):
        axes.scatter(*samples.T, s=2, alpha=0.5, label=name)
    axes.set(xlim=value_range, ylim=value_range, aspect="equal")
    figure.legend(fontsize=7, loc="outside lower center", ncols=2)
    return figure


def _square(title):
    figure = Figure(figsize=(3.6, 3.6), layout="constrained", dpi=100)
    axes = figure.subplots()
    axes.set_title(title, fontsize=8)
    axes.tick_params(labelsize=7)
    return figure, axes
