"""Several runs side by side: one table of their evaluations, one picture of their samples."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kgen import plots, tasks
from kgen.data import options_in_use
from kgen.experiments import tables
from kgen.experiments.evaluating import evaluate
from kgen.names import assigned, selected
from kgen.plots.figures import Figure
from kgen.runs.run import Run
from kgen.tasks.study import Settings
from kgen.types import Scalars

SETTINGS = "samples", "latents"
ROWS = 3


def compare(runs: Sequence[Run], out: Path) -> str:
    """Writes comparison.csv, .md and .png of the runs to the folder ``out``; returns the table."""
    _check_comparable(runs)
    out.mkdir(parents=True, exist_ok=True)
    found = {str(run.path): evaluated(run) for run in runs}
    _check_alike(found)
    for run in runs:
        found[str(run.path)] = found[str(run.path)] or _measured(run, found)
    text = tables.markdown(found)
    (out / "comparison.md").write_text(text)
    (out / "comparison.csv").write_text(tables.as_csv(found))
    drawing = list(filter(_draws, runs))
    if drawing:
        picture(drawing).savefig(out / "comparison.png")
    return text


def overview(runs: Sequence[Run], seconds: Scalars) -> tuple[str, Figure]:
    """The main metrics of evaluated runs as Markdown, and a row of samples per run."""
    evaluations = {run.path.name: evaluated(run) for run in runs}
    classes = _classes(runs[0])[0]
    rows = [_real(runs[0], 1)]
    for run in runs:
        rows.append(_samples(run, 1, classes))
    names = ["real values", *evaluations]
    figure = plots.grid(np.concatenate(rows), rows=names, field=_field(runs[0]))
    return tables.overview(evaluations, seconds), figure


@plots.drawn
def picture(runs: Sequence[Run]) -> Figure:
    """Real images above the samples of each run, with equal seed and classes."""
    classes, names = _classes(runs[0])
    panels = [_panel(run, classes, names) for run in runs]
    real = plots.Cells(_real(runs[0], ROWS), _field(runs[0]), "real test values", names)
    return plots.stacked([real, *panels])


def epoch_seconds(run: Run, steps: int = 60) -> float:
    """Seconds per training epoch of the run on this machine, measured over some steps."""
    model = run.model()
    train = run.trained_on().train
    batch_size = run.config.batch_size
    stream = train.batches(batch_size)
    for count in (3, steps):  # the first steps include tracing
        start = time.perf_counter()
        model.fit(stream, steps_per_epoch=count, shuffle=False, verbose=0)
    return (time.perf_counter() - start) / steps * train.steps(batch_size)


def _classes(run):
    dataset = run.dataset()
    if not dataset.classes:
        return None, ()
    classes = np.unique(dataset.test.labels)[:10]
    return classes, [dataset.class_names[label] for label in classes]


def _field(run):
    return run.dataset().fields["x"]


def _draws(run):
    return tasks.load("generate").reason(run.model(), run.dataset()) is None


def _panel(run, classes, names):
    title = f"{run.path}: {run.config.model}"
    columns = names if len(run.model().captions) else ()
    return plots.Cells(_samples(run, ROWS, classes), _field(run), title, columns)


def _real(run, rows):
    test, classes = run.dataset().test, _classes(run)[0]
    if classes is None:
        some = np.resize(np.arange(len(test)), (10, rows))
    else:
        places = (np.flatnonzero(test.labels == label) for label in classes)
        some = [np.resize(found, rows) for found in places]
    return np.stack([test["x"][indices] for indices in some], axis=1)


def _samples(run, rows, classes):
    model = run.model()
    values = model.sheet(rows, seed=0, classes=classes)
    return model.fields["x"].in_units_of(_field(run), values)


def evaluated(run: Run) -> dict[str, Any]:
    """The evaluation that ``kgen evaluate`` wrote of the model in its present state, or ``{}``."""
    found = run.read_json("metrics.json").get("evaluation", {})
    return found if found.get("epochs") == len(run.history) else {}


def _measured(run, others):
    print(f"{run.path} is not evaluated yet: kgen evaluate {run.path}", flush=True)
    settings = {}
    for evaluation in others.values():
        settings |= selected(evaluation, SETTINGS)
    return evaluate(run, settings=Settings(**settings))


def _check_comparable(runs):
    fingerprints = {run.config.fingerprint: run for run in runs}
    if len(fingerprints) > 1:
        first, other = list(fingerprints.values())[:2]
        one = _trained_on(first.config, other.config)
        two = _trained_on(other.config, first.config)
        changed = " The file was changed in between." if one == two else ""
        raise ValueError(
            f"{first.path} was trained on {one} and {other.path} on {two}, other data: "
            f"their numbers do not compare.{changed} Give runs of one data set."
        )


def _trained_on(config, other):
    """The data set of a configuration, with the options in which another configuration differs."""
    mine = options_in_use(config.dataset, config.data)
    others = options_in_use(other.dataset, other.data)
    changed = [name for name in mine if name in others and others[name] != mine[name]]
    options = ", ".join(assigned(selected(mine, changed)))
    return f"{config.dataset} with {options}" if options else config.dataset


def _check_alike(evaluations):
    for fact in SETTINGS:
        values = {}
        for path, evaluation in evaluations.items():
            if fact in evaluation:
                values[path] = evaluation[fact]
        if len(set(values.values())) > 1:
            said = ", ".join(f"{path} {value}" for path, value in values.items())
            raise ValueError(
                f"{fact} differs: {said}. Evaluate them alike: kgen evaluate RUN …"
            )
