"""Hyperparameter search with KerasTuner: one directory a search, one ordinary run a trial."""

from kgen.tuning.estimators import EstimatorHyperModel
from kgen.tuning.hypermodel import GenerativeHyperModel
from kgen.tuning.objective import Objective
from kgen.tuning.search import Search
from kgen.tuning.space import Range, Space
from kgen.tuning.tuning import Tuning

__all__ = ["EstimatorHyperModel", "GenerativeHyperModel", "Objective", "Range", "Search", "Space", "Tuning"]
