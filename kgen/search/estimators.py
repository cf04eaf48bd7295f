import joblib
import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import KFold, StratifiedKFold, cross_validate
from sklearn.utils import all_estimators

from kgen import data
from kgen.checks import hint
from kgen.reading import like
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

PREFIX, FOLDS = "sklearn:", 5


class EstimatorHyperModel:
    """An estimator of scikit-learn for the values of a search, scored by cross-validation on the training images.

    Args:
        estimator: of scikit-learn, with the parameters that are not searched.
        x: array (n, features).
        y: array (n,), classes or numbers.
        space: ``Space`` of parameters of the estimator.
        scoring: str, a score of scikit-learn, the larger the better; the estimator's own unless given.

    Raises:
        ValueError: if the estimator has no such parameter.

    Example:
        >>> EstimatorHyperModel(sklearn.svm.SVC(), x, y, Space({"C": Range(0.1, 100.0, log=True)}))
    """

    reported, default_objective = {"score": "max"}, "score"

    def __init__(self, estimator, x, y, space, scoring=None):
        self.estimator, self.x, self.y, self.scoring = estimator, x, y, scoring
        parameters = {name: _plain(value) for name, value in estimator.get_params().items()}
        self.config = RunConfig(type(estimator).__name__, f"{len(x)} rows", epochs=1, options=parameters)
        self.fingerprint = joblib.hash((x, y))
        # Where a whole number stands, some of its parameters take a share as well.
        known = {name: float(value) if type(value) is int else value for name, value in parameters.items()}
        self.space = space.typed(self.config.model, known)

    @classmethod
    def of_config(cls, config, space):
        """The classifier ``sklearn:NAME`` of a configuration, on the values of its data set."""
        classifiers, name = dict(all_estimators("classifier")), config.model.removeprefix(PREFIX)
        if name not in classifiers:
            meant = hint(name, classifiers) or " It has SVC, KNeighborsClassifier, RandomForestClassifier and others."
            raise ValueError(f"scikit-learn has no classifier {name!r}.{meant}")
        train = data.load(config.dataset, **config.data).train
        if train.labels is None:
            raise ValueError(f"{config.model} needs classes, which {config.dataset} does not have.")
        rows = train.scaled().reshape(len(train), -1)
        estimator = classifiers[name]()
        defaults = estimator.get_params()
        options = {key: like(key, value, defaults.get(key)) for key, value in config.options.items()}
        found = cls(estimator.set_params(**options), rows, train.labels, space)
        found.config = found.config.replaced(model=config.model, dataset=config.dataset, seed=config.seed)
        return found

    @property
    def asked(self):
        """What makes this subject another than others."""
        names = "model", "dataset", "seed", "epochs", "options"
        return {**{name: getattr(self.config, name) for name in names}, "scoring": self.scoring}

    def written(self, values):
        """All parameters of the estimator with these values, others than numbers and words as they print."""
        return {**self.config.options, **values}

    def check(self, objective, patience):
        """Nothing to check: every estimator has its score."""

    def trial(self, path, values, seed, epochs, objective, **training):
        """Scores the estimator with these values, and keeps one that is fitted to all images."""
        drawn = {"random_state": seed} if "random_state" in self.config.options else {}
        estimator = clone(self.estimator).set_params(**drawn, **values)
        folds = (StratifiedKFold if is_classifier(estimator) else KFold)(FOLDS, shuffle=True, random_state=seed)
        scores = cross_validate(estimator, self.x, self.y, cv=folds, scoring=self.scoring, error_score="raise")
        run, test = Run(path), scores["test_score"]
        run.write_json("config.json", {"estimator": type(estimator).__name__, **values, "seed": seed})
        with run.writing("model.joblib") as temporary:
            joblib.dump(estimator.fit(self.x, self.y), temporary)
        return 1, {"score": float(np.mean(test)), "score_sd": float(np.std(test))}, None


def _plain(value):
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)
