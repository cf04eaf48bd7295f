"""A look at a table before training: text and figures of what columns tell about a number."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kgen import plots
from kgen.data.exploration import Exploration
from kgen.data.fold import Fold
from kgen.data.shares import Shares
from kgen.data.sources import options_in_use, parsed_options
from kgen.names import places, without
from kgen.plots.figures import Figure
from kgen.types import Location

TEXT = "inspection.txt"


def explored(
    dataset: str, path: Location, out: Path, options: Mapping[str, Any]
) -> Exploration:
    """The ``Exploration`` of the table of a data set; text and figures are written to ``out``.

    Args:
        dataset: str, such as ``csv:ages.csv`` or ``nifti:people.csv``.
        path: path of the table.
        out: folder of the text and the figures.
        options: dict of the data set's options as for a training, ``number`` among them.
    """
    given = options_in_use(dataset, parsed_options(dataset, options))
    fold = Fold.of(given["fold"], given["folds"])
    shares = Shares.of(given["test_share"], given["validation_share"])
    beside = {
        name: given.get(name, ()) for name in ("subject", "drop", "facts", "test")
    }
    found = Exploration.of(
        path, dataset, given["number"], **beside, fold=fold, shares=shares
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / TEXT).write_text(found.told() + "\n")
    for name, figure in figures(found).items():
        figure.savefig(out / name)
    return found


def figures(found: Exploration) -> dict[str, Figure]:
    """The figures by file name: brackets, columns, correlations, groups."""
    made = {"brackets.png": plots.counts(found.brackets, found.target)}
    names = without(found.names, found.empty)
    shown = places(found.names, names)
    values = found.values[:, shown]
    if names:
        title = "columns, scaled by the mean and the deviation of the training rows"
        made["boxes.png"] = plots.boxes(found.scaled[:, shown], names, title)
        made["scatter.png"] = plots.scatters(values, names, found.ages, found.target)
        both = np.array([*shown, len(found.names)])
        made["correlation.png"] = plots.correlations(
            found.correlations[np.ix_(both, both)], [*names, found.target]
        )
    if found.groups:
        made["groups.png"] = plots.by_group(found.ages, found.groups, found.target)
    return made
