"""What a search found, as pictures: every one is drawn from the records, whoever wrote them."""

import numpy as np

from kgen import plots
from kgen.runs.run import Run
from kgen.tuning.search import number

FILES = {
    "trials.csv": "a line a run: hyperparameters, seed, every number, seconds, and errors",
    "best.json": "the best configuration, for kgen train --config",
    "best": "the best model as an ordinary run",
    "heat_map.png": "the score over two hyperparameters",
    "parallel.png": "a line a trial through its values to its score",
    "curves.png": "the score of every trial over the epochs",
    "samples.png": "samples of every trial, of the same z and labels",
}


def write_report(search):
    """Draws all pictures that the completed trials allow."""
    records = [record for record in search.records if record.completed]
    if not records:
        return
    drawn = {
        "heat_map.png": _heat_map(search, records),
        "parallel.png": _parallel(search, records),
        "curves.png": _curves(search, records),
        "samples.png": _samples(search, records),
    }
    for name, figure in drawn.items():
        if figure is not None:
            search.folder.save_figure(figure, name)


def _heat_map(search, records):
    names = list(records[0].values)
    if len(names) < 2:
        return None
    # Of further hyperparameters, the best stands for all.
    cells = {}
    for record in sorted(records, key=lambda record: -search.objective.sign * record.score(search.objective)):
        cells[record.values[names[0]], record.values[names[1]]] = record.score(search.objective)
    rows, columns = (_in_order(record.values[name] for record in records) for name in names[:2])
    if len(cells) < 2 or len(rows) * len(columns) > 4 * len(cells):  # points at random fill no grid
        return None
    values = np.array([[cells.get((row, column), np.nan) for column in columns] for row in rows])
    title = str(search.objective) + (", the best of the others" if len(names) > 2 else "")
    return plots.heat_map(list(map(number, rows)), list(map(number, columns)), values, names[:2], title)


def _parallel(search, records):
    trials = [list(record.values.values()) for record in records]
    scores = [record.score(search.objective) for record in records]
    return plots.parallel_coordinates(trials, list(records[0].values), scores, search.objective.name)


def _curves(search, records):
    histories = [Run(search.path / record.runs[0]["path"]).history for record in records]
    tracked = [history for history in histories if history]
    if not tracked:
        return None
    name = search.objective.name if search.objective.name in tracked[0][0] else "loss"
    return plots.curves_of_trials(histories, [record.label for record in records], name)


def _samples(search, records):
    grids = [search.samples(record.trial) for record in records]
    if any(grid is None for grid in grids):
        return None
    names = list(records[0].values)
    columns = len(_in_order(record.values[names[-1]] for record in records)) if len(names) > 1 else 3
    titles = [f"{record.label}: {number(record.score(search.objective))}" for record in records]
    return plots.image_viewer(grids, titles, min(columns, 4))


def _in_order(values):
    found = set(values)
    return sorted(found) if not any(isinstance(value, str) for value in found) else sorted(found, key=str)
