"""What a search found, as figures: every one is drawn from the records, whoever wrote them."""

from collections.abc import Callable

import numpy as np

from kgen import plots
from kgen.names import among
from kgen.plots.figures import Figure
from kgen.runs.run import Run
from kgen.search.record import Search, number

MOST_COLUMNS = 4


def heat_map(search: Search) -> Figure | None:
    """The score over the first two hyperparameters; ``None`` if the trials fill no grid.

    Each cell has the best trial over the other hyperparameters.
    """
    names = search.names
    if len(names) < 2:
        return None
    cells = {}
    for record in reversed(search.ranked):
        cells[record.values[names[0]], record.values[names[1]]] = record
    rows, columns = map(_in_order, zip(*cells, strict=True))
    if len(cells) < 2 or len(rows) * len(columns) > 2 * len(cells):
        return None
    scores = np.full((len(rows), len(columns)), np.nan)
    for (row, column), record in cells.items():
        scores[rows.index(row), columns.index(column)] = record.score(search.objective)
    title = str(search.objective) + (
        "" if len(names) == 2 else ", the best of the others"
    )
    return plots.heat_map(
        list(map(number, rows)), list(map(number, columns)), scores, names[:2], title
    )


def parallel_coordinates(search: Search) -> Figure:
    """One line per trial through its values to its score."""
    trials = [list(record.values.values()) for record in search.ranked]
    scores = [record.score(search.objective) for record in search.ranked]
    return plots.parallel_coordinates(
        trials, search.names, scores, search.objective.name
    )


def curves(search: Search) -> Figure | None:
    """The objective of each trial per epoch, or a loss instead; ``None`` without epochs."""
    histories, labels = [], []
    for record in search.completed:
        histories.append(Run(search.path / record.runs[0]["path"]).history)
        labels.append(record.label)
    if not all(histories):
        return None
    # A loss whose weights are searched does not compare.
    likely = search.objective.name, "val_reconstruction_loss", "loss"
    name = among(likely, histories[0][0])[0]
    title = ""
    if name != search.objective.name:
        title = f"{search.objective.name} is measured after the last epoch"
    return plots.curves_of_trials(histories, labels, name, title)


def samples(search: Search) -> Figure | None:
    """The samples of each trial, for the same latents and values in all, with its score."""
    pictures, titles, name = [], [], search.objective.name
    for record in search.completed:
        picture = search.samples(record.trial)
        if picture is None:
            return None
        pictures.append(picture)
        score = number(record.score(search.objective))
        titles.append(f"{record.label}\n{name} {score}")
    columns = len({record.values[search.names[-1]] for record in search.completed})
    return plots.image_viewer(pictures, titles, min(columns, MOST_COLUMNS))


FIGURES: dict[str, Callable[[Search], Figure | None]] = {
    "heat_map.png": heat_map, "parallel.png": parallel_coordinates, "curves.png": curves,
    "samples.png": samples,
}  # fmt: skip
FILES = {
    "trials.csv": "one line per run: hyperparameters, seed, every number, seconds, and errors",
    "best.json": "the best configuration; of a model of kgen, to start a run from",
    "best": "the best model as an ordinary run",
    "heat_map.png": "of a grid, the score over two hyperparameters",
    "parallel.png": "one line per trial through its values to its score",
    "curves.png": "every trial over the epochs",
    "samples.png": "what there is to see of every trial, of the same latents and values",
}


def write_report(search: Search) -> None:
    """Writes all figures that the completed trials allow."""
    if search.completed:
        for name, draw in FIGURES.items():
            figure = draw(search)
            if figure is not None:
                search.folder.save_figure(figure, name)


def _in_order(values):
    return sorted(set(values), key=lambda value: (isinstance(value, str), value))
