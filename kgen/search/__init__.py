"""Hyperparameter search with KerasTuner: one directory per search, one ordinary run per trial."""

from kgen.search.estimators import EstimatorHyperModel
from kgen.search.hypermodel import GenerativeHyperModel
from kgen.search.objective import Objective
from kgen.search.record import Search
from kgen.search.space import Range, Space
from kgen.search.tuning import Tuning

__all__ = [
    "EstimatorHyperModel",
    "GenerativeHyperModel",
    "Objective",
    "Range",
    "Search",
    "Space",
    "Tuning",
]
