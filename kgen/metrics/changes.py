"""How well a model predicts a change, and the simple predictions that it has to beat."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kgen.metrics.checks import Unmeasurable
from kgen.types import Array

PENALTIES = np.logspace(-1, 4, 11)  # of ridge regression, chosen by leave-one-out
STRENGTHS = 8  # penalties that logistic regression tries by 3-fold cross-validation
FOLDS, TREES, MIXED = 3, 500, 0.5


def mean_correlation(change: Array, real_change: Array) -> float:
    """Mean correlation of predicted and real changes over the features; 0 for a constant change."""
    one, other = _centred(change), _centred(real_change)
    sizes = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float(
        np.mean((one * other).sum(axis=1) / np.maximum(sizes, np.finfo("float32").tiny))
    )


def mean_change(before: Array, after: Array, new: Array) -> Array:
    """The new values plus the mean change of the training pairs."""
    return new + (after - before).mean(axis=0)


def ridge(before: Array, after: Array, new: Array) -> Array:
    """The prediction of ridge regression for the new values."""
    before, rows = flat(before), flat(after)
    found = RidgeCV(PENALTIES).fit(before, rows).predict(flat(new))
    return found.reshape(len(new), *after.shape[1:])


def rivals(seed: int = 0) -> dict[str, BaseEstimator]:
    """Baseline classifiers of a response by name; the linear ones choose their own penalty."""
    logistic = {
        "Cs": STRENGTHS,
        "cv": FOLDS,
        "scoring": "neg_log_loss",
        "random_state": seed,
        "max_iter": 500,
    }
    elastic = {
        "l1_ratios": (MIXED,),
        "solver": "saga",
        "tol": 1e-3,
        **logistic,
        "Cs": np.logspace(-3, 1, 5),
    }
    return {
        "ridge": _standardised(
            LogisticRegressionCV(
                l1_ratios=(0.0,), use_legacy_attributes=False, **logistic
            )
        ),
        "elastic_net": _standardised(
            LogisticRegressionCV(use_legacy_attributes=False, **elastic)
        ),
        "forest": RandomForestClassifier(TREES, random_state=seed),
    }


def rival(
    name: str, before: Array, labels: Array, new: Array, num_classes: int
) -> Array:
    """Class probabilities (n, num_classes) of new values, by a baseline trained on the others.

    A class that the others lack has the probability 0.
    """
    _check_taught(labels)
    classifier = rivals()[name].fit(flat(before), labels)
    found = np.zeros((len(new), num_classes))
    found[:, classifier.classes_] = classifier.predict_proba(flat(new))
    return found


def flat(values: Array) -> Array:
    """Each value as a row of numbers."""
    return values.reshape(len(values), -1)


def _centred(values):
    rows = flat(values)
    return rows - rows.mean(axis=1, keepdims=True)


def _check_taught(labels):
    """Raises unless there are two classes, each with a value for every fold."""
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise Unmeasurable(
            f"it compares classes, and all {len(labels):,} training values are of one"
        )
    if counts.min() < FOLDS:
        raise Unmeasurable(
            f"class {classes[counts.argmin()]} has {counts.min()} training values; "
            f"{FOLDS}-fold cross-validation needs {FOLDS} of each class"
        )


def _standardised(classifier):
    return make_pipeline(StandardScaler(), classifier)
