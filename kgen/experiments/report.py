from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kgen import plots, tasks
from kgen.callbacks.pictures import Pictures
from kgen.checks import counted
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.experiments.card import CARD, VALUES
from kgen.experiments.contents import PAGE, in_folders
from kgen.experiments.page import write_page
from kgen.plots.figures import Figure
from kgen.runs.run import Run
from kgen.tasks.failures import failures_so_far, verdict
from kgen.types import Scalars

LAST_OF_REPORT, FILM = PAGE, "samples.gif"
MOST_FRAMES = 100


def write_report(run: Run, model: GenerativeModel, dataset: Data) -> None:
    """Draws the results of a run and writes its last metrics; see ``contents.files``."""
    history = run.history[: model.epochs_trained]
    applying = tasks.applying(model, dataset)
    Pictures(run, dataset).catch_up(model)
    _remove_tested(run)
    run.update_json("metrics.json", lambda _: history[-1])
    run.save_figure(curves(run, history), "curves.png")
    for task in applying:
        for name, figure in task.figures(model, dataset).items():
            run.save_figure(figure, name)
    _write_film(run)
    write_page(run)


@plots.drawn
def curves(run: Run, history: Sequence[Scalars] | None = None) -> Figure:
    """The curves of a run, with its diagnostics and its best epoch."""
    history, config = history or run.history, run.config
    title = f"{config.model} on {config.dataset}, {counted(len(history), 'epoch')}"
    best = config.model_class().best_epoch(history)
    health = _diagnosed(run, history)
    return plots.curves(
        history, title, health, best, verdict([row for row, _ in health])
    )


def spread_over(pictures: Sequence[Path], count: int) -> list[Path]:
    """At most ``count`` of the pictures, at equal distances, the first and the last included."""
    places = (
        np.linspace(0, len(pictures) - 1, min(count, len(pictures))).round().astype(int)
    )
    return [pictures[place] for place in places]


def _remove_tested(run):
    # The card and the pictures of earlier tests and explorations show an earlier model.
    names = [CARD, VALUES, *in_folders()]
    for task in tasks.every():
        names += task.files
    for name in names:
        (run.path / name).unlink(missing_ok=True)


def _write_film(run):
    shown = spread_over(run.pictures, MOST_FRAMES) or [run.path / "curves.png"]
    with run.writing(FILM) as temporary:
        plots.animate(shown, temporary)


def _diagnosed(run, history):
    # With the failures of each epoch. A run of the first versions has few diagnostics or none.
    rows = [row for row in run.health if row["epoch"] <= len(history)]
    return list(zip(rows, failures_so_far(rows), strict=True))
