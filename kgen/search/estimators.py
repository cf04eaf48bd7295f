from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, cast

import joblib
import numpy as np
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate
from sklearn.utils import all_estimators

from kgen import data
from kgen.checks import hint
from kgen.data.split import Split
from kgen.fields.number import Number
from kgen.names import mapped
from kgen.reading import like
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.search.objective import Objective
from kgen.search.space import Space
from kgen.types import Array

PREFIX, FOLDS = "sklearn:", 5
SCORE, ERROR = "score", "mean_absolute_error"
EXAMPLES = {
    "classifier": "SVC, KNeighborsClassifier, RandomForestClassifier",
    "regressor": "KernelRidge, Ridge, RandomForestRegressor",
}


class EstimatorHyperModel:
    """An estimator of scikit-learn with the values of a search, scored by cross-validation.

    Args:
        estimator: of scikit-learn, with the parameters that are not searched.
        x: array (n, features).
        y: array (n,), classes or numbers.
        space: ``Space`` of parameters of the estimator.
        scoring: str, a score of scikit-learn, larger is better; the estimator's own by default.
        unit: float, what 1 of the numbers y is in stored units, such as years. If given, trials
            report the mean absolute error in these units, and it is the objective.

    Raises:
        ValueError: if the estimator lacks a parameter of the space.

    Example:
        >>> from sklearn.svm import SVC
        >>> EstimatorHyperModel(SVC(), x, y, Space({"C": Range(0.1, 100.0, log=True)}))
    """

    def __init__(
        self,
        estimator: BaseEstimator,
        x: Array,
        y: Array,
        space: Space,
        scoring: str | None = None,
        unit: float | None = None,
    ):
        self.estimator, self.x, self.y = estimator, x, y
        self.scoring, self.unit = scoring, unit
        self.reported = {SCORE: "max"} if unit is None else {SCORE: "max", ERROR: "min"}
        self.default_objective = SCORE if unit is None else ERROR
        parameters = mapped(_plain, estimator.get_params())
        self.config = RunConfig(
            type(estimator).__name__, f"{len(x)} rows", epochs=1, options=parameters
        )
        self.fingerprint = joblib.hash((x, y))
        # Some parameters that hold an integer also accept a fraction.
        self.space = space.typed(self.config.model, mapped(_fractional, parameters))

    @classmethod
    def of_config(cls, config: RunConfig, space: Space) -> Self:
        """The estimator ``sklearn:NAME`` of a configuration, on the training values of its data.

        It is a classifier for classes, or a regressor for numbers. Both are scaled as for a model:
        numbers are in standard deviations from the training mean.
        """
        data.check(config.dataset, **config.data)
        train = cast(Split, data.load(config.dataset, **config.data).train)
        estimator = _named(config.model.removeprefix(PREFIX), _kind(config, train))
        usual, options = estimator.get_params(), {}
        for key, value in config.options.items():
            options[key] = like(key, value, usual.get(key))
        y, unit = train.labels, None
        if y is None:
            y = train.scaled("y").reshape(-1)
            unit = float(cast(Number, train.fields["y"]).deviation)
        rows = train.scaled().reshape(len(train), -1)
        found = cls(estimator.set_params(**options), rows, y, space, unit=unit)
        found.config = found.config.replaced(
            model=config.model, dataset=config.dataset, seed=config.seed
        )
        return found

    @property
    def asked(self) -> dict[str, Any]:
        """The settings that identify this subject."""
        names = "model", "dataset", "seed", "epochs", "options"
        return {
            **{name: getattr(self.config, name) for name in names},
            "scoring": self.scoring,
        }

    def written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters of the estimator with these values; objects are written as they print."""
        return {**self.config.options, **values}

    def check(self, objective: Objective, patience: int | None) -> None:
        """Nothing to check: every estimator has its score."""

    def trial(
        self,
        path: Path,
        values: Mapping[str, Any],
        seed: int,
        *_: Any,
        **training: Any,
    ) -> tuple[int, dict[str, float], None]:
        """Scores the estimator with these values, and saves one that is fitted to all rows.

        Epochs, the objective and what else a trial of a network takes change nothing.
        """
        drawn = {"random_state": seed} if "random_state" in self.config.options else {}
        estimator = clone(self.estimator).set_params(**drawn, **values)
        folds = (StratifiedKFold if is_classifier(estimator) else KFold)(
            FOLDS, shuffle=True, random_state=seed
        )
        scoring = {SCORE: check_scoring(estimator, self.scoring)}
        if self.unit is not None:
            scoring[ERROR] = f"neg_{ERROR}"
        scores = cross_validate(
            estimator, self.x, self.y, cv=folds, scoring=scoring, error_score="raise"
        )
        run = Run(path)
        run.write_json(
            "config.json",
            {"estimator": type(estimator).__name__, **values, "seed": seed},
        )
        with run.writing("model.joblib") as temporary:
            joblib.dump(estimator.fit(self.x, self.y), temporary)
        return 1, self._numbers(scores), None

    def _numbers(self, scores):
        """Mean and standard deviation over the folds of each reported number."""
        found = {SCORE: scores[f"test_{SCORE}"]}
        if self.unit is not None:
            found[ERROR] = -self.unit * scores[f"test_{ERROR}"]
        means = {name: float(np.mean(values)) for name, values in found.items()}
        deviations = {
            f"{name}_sd": float(np.std(values)) for name, values in found.items()
        }
        return {**means, **deviations}


def _fractional(value):
    return float(value) if type(value) is int else value


def _kind(config, train):
    """The kind of estimator for a split; raises if it has neither classes nor numbers."""
    if train.labels is not None:
        return "classifier"
    if not isinstance(train.fields.get("y"), Number):
        raise ValueError(
            f"{config.model} needs classes or numbers y, which {config.dataset} does not have."
        )
    return "regressor"


def _named(name, kind):
    """An estimator of scikit-learn by its name; raises with the nearest name if there is none."""
    known = dict(all_estimators(kind))
    if name not in known:
        meant = hint(name, known) or f" It has {EXAMPLES[kind]} and others."
        raise ValueError(f"scikit-learn has no {kind} {name!r}.{meant}")
    return known[name]()


def _plain(value):
    return (
        value
        if value is None or isinstance(value, bool | int | float | str)
        else repr(value)
    )
