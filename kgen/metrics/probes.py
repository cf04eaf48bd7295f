import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kgen.metrics.checks import Unmeasurable, check_enough, rows
from kgen.types import Array

LEAST_A_CLASS = 10
PROBES = {
    "linear": lambda: LogisticRegression(max_iter=1000),
    "mlp": lambda: MLPClassifier(
        (128,), early_stopping=True, max_iter=50, random_state=0
    ),
}


def probe_accuracy(
    kind: str, train: tuple[Array, Array], test: tuple[Array, Array]
) -> float:
    """Test accuracy of a ``linear`` or ``mlp`` classifier of the labels from (latents, labels)."""
    latents, labels = rows("train", train[0]), train[1]
    classes = len(np.unique(labels))
    if classes < 2:
        raise Unmeasurable(
            "probe_accuracy needs images of at least two classes; these are of one."
        )
    check_enough("probe_accuracy", len(latents), LEAST_A_CLASS * classes)
    probe = make_pipeline(StandardScaler(), PROBES[kind]())
    with warnings.catch_warnings():
        # A probe that has not fully converged still shows how much the latents tell.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return float(probe.fit(latents, labels).score(rows("test", test[0]), test[1]))


def linear_probe(seen: tuple[Array, Array], new: tuple[Array, Array]) -> float:
    """``probe_accuracy`` of a linear classifier."""
    return probe_accuracy("linear", seen, new)


def mlp_probe(seen: tuple[Array, Array], new: tuple[Array, Array]) -> float:
    """``probe_accuracy`` of a classifier with a hidden layer."""
    return probe_accuracy("mlp", seen, new)
