"""The threshold of an anomaly, from normal values that a run did not train on."""

import numpy as np

from kgen.abilities.detects import Anomalies
from kgen.data.anomalies import ANOMALY
from kgen.engine import GenerativeModel
from kgen.metrics import Unmeasurable
from kgen.metrics.anomalies import calibrated, peaks
from kgen.names import mapped
from kgen.runs.run import Run
from kgen.tasks.detect import MOST
from kgen.tasks.study import some
from kgen.types import Array

FILE = "calibration.json"  # of a run: the thresholds of its last model


def scored(model: GenerativeModel, x: Array) -> tuple[Anomalies, dict[str, Array]]:
    """The ``Anomalies`` of values, and each of their scores by its name."""
    found = model.anomalies(x)
    return found, {"score": found.scores, "peak": peaks(found.maps)}


def thresholds(run: Run, model: GenerativeModel) -> dict[str, float]:
    """Thresholds by score: 5 % of the normal values outside the training exceed them.

    They are measured once per model.

    Raises:
        ValueError: for too few such values.
    """
    kept = run.read_json(FILE)
    if kept.get("epochs") == model.epochs_trained:
        return kept
    _, scores = scored(model, _normal(_data_of(run)))
    try:
        told = mapped(calibrated, scores)
    except Unmeasurable as reason:
        raise ValueError(
            f"{run.path}: {reason}. Give a threshold, or train with more values."
        ) from reason
    run.write_json(FILE, {**told, "epochs": model.epochs_trained})
    return told


def _data_of(run):
    """The data of the training, from which the threshold is computed once."""
    try:
        return run.trained_on()
    except (OSError, ValueError) as reason:
        raise ValueError(
            f"{run.path}: the threshold is that of normal values beside those of the training. "
            f"{reason} Otherwise give a threshold."
        ) from reason


def _normal(data):
    """Normal values outside the training; those of the test too, unless it holds anomalies."""
    splits = [data.validation] + ([] if ANOMALY in data.test.facts else [data.test])
    return np.concatenate([some(split, MOST)["x"] for split in splits])
