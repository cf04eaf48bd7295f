import numpy as np

from kgen.checks import check_known
from kgen.data.anomalies import ANOMALY
from kgen.metrics import Unmeasurable
from kgen.metrics.anomalies import calibrated, peaks
from kgen.plots import stacked
from kgen.tasks.detect import MOST, panels_of
from kgen.tasks.study import some
from kgen.verbs.verb import Verb

CALIBRATION = "calibration.json"  # of a run: the thresholds of its last model
SCORES = "score", "peak"
TABLED = (*SCORES, "anomalous")
FILES = "scores.csv", "anomalies.npz", "anomalies.png"
SHOWN = 10


class Detect(Verb):
    """Writes how unlike normal values each one is, ``score``, the ``peak`` of its map, and whether it is ``anomalous``.

    That is where the score, or the peak, exceeds a threshold: the one given, else that which 5 % of the normal values
    exceed that were kept from the training. A .npz file also holds the ``map`` and the ``nearest`` normal value.
    """

    task = "detect"

    def reads(self, model, **options):
        return ("x",)

    def places(self, out):
        return [out] if out.suffix else [out / name for name in FILES]

    def completed(self, run, model, by, threshold):
        check_known("score", by, SCORES)
        if threshold is None:
            threshold = thresholds(run, model)[by]
        return {"by": by, "threshold": threshold}

    def apply(self, model, values, by: str = "score", threshold: float | None = None):
        found = model.anomalies(**values)
        scores = dict(zip(SCORES, (found.scores, peaks(found.maps)), strict=True))
        anomalous = (scores[by] > threshold).astype("uint8")
        return {**scores, "anomalous": anomalous, "map": found.maps, "nearest": found.nearest}

    def field(self, model, name, **options):
        return model.fields["x"] if name == "nearest" else None

    def in_table(self, arrays):
        return {name: arrays[name] for name in TABLED}

    def figure(self, model, values, arrays, by, threshold):
        first = np.argsort(-arrays[by], kind="stable")[:SHOWN]
        x, nearest, maps = values["x"][first], arrays["nearest"][first], arrays["map"][first]
        panels = panels_of(
            model.fields["x"], x, nearest, maps, [f"{n:.3g}" for n in arrays[by][first]]
        )
        return stacked(
            panels, f"greatest {by} of {len(arrays[by])}; threshold {threshold:.3g}", dpi=150
        )


def _normal(data):
    """Normal values kept from the training: those of the test too, unless it was kept to be measured on."""
    splits = [data.validation] + ([] if ANOMALY in data.test.facts else [data.test])
    return np.concatenate([some(split, MOST)["x"] for split in splits])


def thresholds(run, model):
    """What 5 % of normal values exceed that a run did not train on, by the kind of score; measured once a model."""
    kept = run.read_json(CALIBRATION)
    if kept.get("epochs") == model.epochs_trained:
        return kept
    found = model.anomalies(_normal(run.trained_on()))
    try:
        told = dict(zip(SCORES, map(calibrated, (found.scores, peaks(found.maps))), strict=True))
    except Unmeasurable as reason:
        raise ValueError(
            f"{run.path}: {reason}. Give a threshold, or train with more values."
        ) from reason
    run.write_json(CALIBRATION, {**told, "epochs": model.epochs_trained})
    return told
