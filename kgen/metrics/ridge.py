"""Ridge regression on known measures, a reference for networks that read them from images."""

import numpy as np

from kgen.types import Array

ALPHAS = np.logspace(-3, 3, 25)


def ridge_estimates(measures: Array, numbers: Array, new: Array) -> Array:
    """Numbers (m,) of new measures (m, k) by ridge regression on known ones, (n, k) and (n,).

    Measures are scaled by the known ones. Leave-one-out on the known ones chooses the penalty.
    """
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), RidgeCV(ALPHAS))
    known = np.asarray(measures, "float64"), np.asarray(numbers, "float64")
    return model.fit(*known).predict(np.asarray(new, "float64"))
