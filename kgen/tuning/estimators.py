import difflib
import json

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.model_selection import cross_validate
from sklearn.utils import all_estimators

from kgen import data
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

    reported, default_objective = ("score",), "score:max"

    def __init__(self, estimator, x, y, space, scoring=None):
        self.estimator, self.x, self.y, self.space, self.scoring = estimator, x, y, space, scoring
        self.config = {"model": type(estimator).__name__, "dataset": f"{len(x)} rows", "seed": 0, "epochs": 1}
        self.fingerprint = joblib.hash((x, y))
        space.check(self.config["model"], estimator.get_params())

    @classmethod
    def of_config(cls, config, space):
        """The classifier ``sklearn:NAME`` of a configuration, on the pixels of its data set."""
        classifiers, name = dict(all_estimators("classifier")), config["model"].removeprefix(PREFIX)
        if name not in classifiers:
            near = difflib.get_close_matches(name, classifiers, n=3, cutoff=0.4) or ["SVC", "KNeighborsClassifier"]
            raise ValueError(f"scikit-learn has no classifier {name!r}. Did you mean {' or '.join(near)}?")
        train = data.load(config["dataset"], **config["data"]).train
        pixels = train.scaled().reshape(len(train), -1)
        found = cls(classifiers[name](**config["options"]), pixels, train.labels, space)
        found.config = {**found.config, **{key: config[key] for key in ("model", "dataset", "seed", "options")}}
        return found

    def configured(self, values, seed=None, epochs=None):
        """All parameters of the estimator with these values."""
        found = {**self.estimator.get_params(), **values}
        if seed is not None and "random_state" in found:
            found["random_state"] = seed
        return found

    def check_objective(self, name):
        """Nothing to check: every estimator has its score."""

    def trial(self, path, values, seed, epochs, objective, **training):
        """Scores the estimator with these values, and keeps one that is fitted to all images."""
        estimator = clone(self.estimator).set_params(**self.configured(values, seed))
        scores = cross_validate(estimator, self.x, self.y, cv=FOLDS, scoring=self.scoring, error_score="raise")
        run, test = Run(path), scores["test_score"]
        run.write_json("config.json", {"estimator": type(estimator).__name__, **json.loads(json.dumps(values))})
        with run.writing("model.joblib") as temporary:
            joblib.dump(estimator.fit(self.x, self.y), temporary)
        return 1, {"score": float(np.mean(test)), "score_sd": float(np.std(test))}, None
