"""Several runs side by side: one table of their evaluations, one picture of their samples."""

import numpy as np

from kgen import latent, plots
from kgen.data import unscaled
from kgen.runs import tables
from kgen.runs.evaluating import evaluate

SETTINGS = "samples", "codes"
SAME = *SETTINGS, "features"
ROWS = 3


def compare(runs, out):
    """Writes comparison.csv, .md and .png of the runs into the folder ``out``; returns the table."""
    _check_comparable(runs)
    out.mkdir(parents=True, exist_ok=True)
    found = {str(run.path): _evaluation(run) for run in runs}
    _check_alike(found)
    evaluations = {str(run.path): found[str(run.path)] or _measured(run, found) for run in runs}
    text = tables.markdown(evaluations)
    (out / "comparison.md").write_text(text)
    (out / "comparison.csv").write_text(tables.as_csv(evaluations))
    picture(runs).savefig(out / "comparison.png")
    return text


def picture(runs):
    """Real images over the samples of each run, of the same seed and classes."""
    test = runs[0].dataset().test
    classes = np.unique(test.labels)[:10]
    some = [np.resize(np.flatnonzero(test.labels == label), ROWS) for label in classes]
    real = np.stack([test.subset(indices).scaled() for indices in some], axis=1)
    names = [runs[0].dataset().class_names[label] for label in classes]
    panels = [(real, "real test images", names), *(_panel(run, classes, names) for run in runs)]
    return plots.stacked(panels)


def _panel(run, classes, names):
    model = run.model()
    images = unscaled(latent.class_samples(model, ROWS, seed=0, classes=classes), model.pixel_range)
    return images, f"{run.path}: {run.config['model']}", names if model.num_classes else ()


def _evaluation(run):
    """What kgen evaluate wrote of the model as it is now, or nothing."""
    found = run.read_json("metrics.json").get("evaluation", {})
    return found if found.get("epochs") == len(run.history) else {}


def _measured(run, others):
    print(f"{run.path} is not evaluated yet: kgen evaluate {run.path}", flush=True)
    settings = {fact: evaluation[fact] for fact in SETTINGS for evaluation in others.values() if fact in evaluation}
    return evaluate(run, **settings)


def _check_comparable(runs):
    fingerprints = {run.config["fingerprint"]: run for run in runs}
    if len(fingerprints) > 1:
        first, other = list(fingerprints.values())[:2]
        raise ValueError(
            f"{first.path} was trained on {first.config['dataset']} and {other.path} on {other.config['dataset']}, "
            "other images: their numbers do not compare. Give runs of one data set."
        )


def _check_alike(evaluations):
    for fact in SAME:
        values = {path: evaluation[fact] for path, evaluation in evaluations.items() if fact in evaluation}
        if len(set(values.values())) > 1:
            said = ", ".join(f"{path} {value}" for path, value in values.items())
            raise ValueError(f"{fact} differs: {said}. Evaluate them alike, on one machine: kgen evaluate RUN …")
