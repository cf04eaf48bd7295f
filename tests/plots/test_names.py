"""Names as users give them: no picture may read them as formulas, omit them or cut them."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from kgen import plots
from kgen.fields import Image, Label

# a formula that fails, no label of matplotlib's, a formula that does not
ODD = "$x^{$", "_hidden", "a\\b $5$"
LONG = (
    "the_distance_of_$all$_samples, the smaller the better, of a grid of hyperparameters, "
    "the best of the others"
)
CELLS, POINTS = (
    np.zeros((3, 3, 4, 4, 1)),
    np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 1.0]]),
)
VESSELS = np.stack([np.linspace(0.0, 9.0, 5)] * 3 + [np.ones(5)], axis=-1)[None]
HISTORY = [{"epoch": epoch, "loss": 1.0, "val_loss": 2.0} for epoch in (1, 2)]
LETTERS = Label(3, ODD)

FIGURES = {
    "changes": lambda names, title: plots.changes(
        {title: (np.arange(3.0), np.arange(3.0))}, names
    ),
    "clustered": lambda names, title: plots.clustered(
        np.eye(3), {names[0]: np.array(names)}, names, title
    ),
    "boxes": lambda names, title: plots.boxes(np.eye(3), names, title),
    "by_group": lambda names, title: plots.by_group(
        np.arange(3.0), {title: np.array(names)}, names[0]
    ),
    "correlations": lambda names, title: plots.correlations(np.eye(3), names),
    "counts": lambda names, title: plots.counts(
        {name: {"test": 1} for name in names}, title
    ),
    "scatters": lambda names, title: plots.scatters(
        np.eye(3), names, np.arange(3), title
    ),
    "curves": lambda names, title: plots.curves(HISTORY, title),
    "cascades": lambda names, title: plots.cascades(
        {name: [(name, 0.5), (title, 0.1)] for name in names}
    ),
    "curves_of_maps": lambda names, title: plots.curves_of_maps(
        {title: {name: np.eye(3) for name in names}}
    ),
    "curves_of_trials": lambda names, title: plots.curves_of_trials(
        [HISTORY] * 3, names, "loss", title
    ),
    "explanations": lambda names, title: plots.explanations(
        CELLS[0], {title: CELLS[0]}, names, title
    ),
    "extremes": lambda names, title: plots.extremes(
        {name: [(title, CELLS[0, 0, ..., 0])] for name in names}, (0, 1)
    ),
    "gallery": lambda names, title: plots.gallery(CELLS[0], title),
    "grid": lambda names, title: plots.grid(CELLS, title, names, names),
    "heat_map": lambda names, title: plots.heat_map(
        names, names, np.eye(3), names[:2], title
    ),
    "image_viewer": lambda names, title: plots.image_viewer(
        [np.zeros((240, 240, 1))] * 3, [title] * 3, 2
    ),
    "map_by": lambda names, title: plots.map_by(
        POINTS, {title: np.array(names), "others": np.array(names)}
    ),
    "map_grid": lambda names, title: plots.map_grid(
        {title: POINTS}, {names[0]: np.array(names)}
    ),
    "map_of_images": lambda names, title: plots.map_of_images(POINTS, CELLS[0], title),
    "parallel_coordinates": lambda names, title: plots.parallel_coordinates(
        [names] * 2, names, [1.0, 2.0], names[0]
    ),
    "restored": lambda names, title: plots.restored(
        CELLS[0, 0, ..., 0], CELLS[0, 0, ..., 0], title
    ),
    "sizes": lambda names, title: plots.sizes({name: [(5, 5)] for name in names}),
    "spread": lambda names, title: plots.spread(np.arange(3.0), title, names[0]),
    "vessels": lambda names, title: plots.vessels(dict.fromkeys(names, VESSELS), title),
    "ways": lambda names, title: plots.ways(
        POINTS, {title: POINTS[None]}, np.array(names)
    ),
    "stacked": lambda names, title: plots.stacked(
        [plots.Cloud(POINTS, POINTS, title)], title
    ),
}
PANELS = {
    "Cells": lambda names, title: plots.Cells(
        CELLS, Image((4, 4, 1)), title, names, names
    ),
    "words": lambda names, title: plots.Cells(np.eye(3, dtype=int), LETTERS, title),
    "Confusion": lambda names, title: plots.Confusion(
        np.arange(3), np.arange(3), names, title
    ),
    "Estimates": lambda names, title: plots.Estimates(
        np.arange(3), np.arange(3), names[0], title
    ),
    "Errors": lambda names, title: plots.Errors(
        np.arange(3.0), np.arange(3.0), np.array(names), "", title
    ),
    "Residuals": lambda names, title: plots.Residuals(
        np.arange(3.0), np.arange(3.0), names[0], title
    ),
    "Steps": lambda names, title: plots.Steps(
        np.arange(3.0), np.arange(3.0), np.arange(3.0), names[0], title
    ),
    "Cloud": lambda names, title: plots.Cloud(POINTS, POINTS, title),
    "Clouds": lambda names, title: plots.Clouds(
        POINTS, np.stack([POINTS] * 3), names, title
    ),
    "Histogram": lambda names, title: plots.Histogram(
        POINTS[:, :1], POINTS[:, :1], title
    ),
    "Distributions": lambda names, title: plots.Distributions(
        np.arange(3), np.arange(4), title
    ),
    "Scores": lambda names, title: plots.Scores({names[0]: np.arange(3.0)}, 1.0, title),
    "Change": lambda names, title: plots.Change(
        CELLS[0, 0], np.eye(4)[..., None] > 0, title
    ),
    "Differences": lambda names, title: plots.Differences(
        CELLS[0], Image((4, 4, 1)), title
    ),
    "Roc": lambda names, title: plots.Roc(np.arange(3), np.eye(3), names, title),
    "Reliability": lambda names, title: plots.Reliability(
        np.arange(3), np.eye(3), title
    ),
    "Moves": lambda names, title: plots.Moves(POINTS, POINTS + 1, POINTS + 2, title),
    "Picture": lambda names, title: plots.Picture(np.zeros((240, 240, 1)), title),
}
DRAWN = FIGURES | {
    name: lambda *given, panel=panel: plots.stacked([panel(*given)])
    for name, panel in PANELS.items()
}


def drawn(name, title):
    figure = DRAWN[name](ODD, title)
    renderer = FigureCanvasAgg(figure).get_renderer()
    for _ in range(2):  # as savefig does
        figure.draw(renderer)
    return figure, renderer


def test_every_function_of_plots_is_looked_at():
    helpers = {"animate", "colours_of_places", "drawn", "raster"}
    assert {*FIGURES, *PANELS} - {"words"} == {*plots.__all__} - helpers


@pytest.mark.parametrize("name", DRAWN)
def test_names_are_shown_as_they_are_written(name):
    figure, _ = drawn(name, ODD[0])
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    assert not any(text.get_parse_math() for text in texts)
    shown = " ".join(text.get_text() for text in texts)
    assert "$" in shown or name in ("sizes", "curves")


@pytest.mark.parametrize(
    "name", ["cascades", "curves_of_maps", "curves_of_trials", "map_by", "sizes"]
)
def test_legends_hold_every_name(name):
    figure, _ = drawn(name, "")
    shown = [
        text.get_text().partition(" (")[0]
        for text in figure.axes[0].get_legend().get_texts()
    ]
    assert sorted(shown) == sorted(ODD)


@pytest.mark.parametrize("name", DRAWN)
def test_titles_lie_whole_within_the_figure(name):
    figure, renderer = drawn(name, LONG)
    titles = [axes.title for axes in figure.axes] + (
        [figure._suptitle] if figure._suptitle else []
    )
    for title in (title for title in titles if title.get_text()):
        place = title.get_window_extent(renderer)
        assert (
            place.x0 >= 0 and place.x1 <= figure.bbox.x1 and place.y1 <= figure.bbox.y1
        ), title.get_text()


def test_a_figure_that_is_drawn_again_keeps_its_titles():
    figure, renderer = drawn("heat_map", LONG)
    first = figure.axes[0].get_title()
    figure.draw(renderer)
    assert figure.axes[0].get_title() == first and "".join(first.split()) == "".join(
        LONG.split()
    )
