"""Performance of easily interpreted models and of others, on the same split."""

from typing import NamedTuple

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from kgen import metrics, networks
from kgen.data.data import Data
from kgen.fields import Label

EPOCHS, BATCH, WIDTH, DEPTH = 40, 32, 24, 4


class Model(NamedTuple):
    """A row of the table: a model, what can be read of it, its size, how well it does."""

    name: str
    read: str
    size: int
    performance: float


def trade_off(data: Data, epochs: int = EPOCHS, seed: int = 0) -> list[Model]:
    """Complexity against performance: tree, linear model, kernel machine and CNN, on one data set.

    Args:
        data: ``kgen.data.Data`` with values x, and classes or numbers y.
        epochs: int ≥ 1, of the CNN.
        seed: int.

    Returns:
        list of ``Model``: its name, what of it can be read, how many numbers it has, and its
        accuracy on the test split, or R² where y are numbers. The numbers of a kernel machine are
        those of its support vectors.

    Example:
        >>> for row in trade_off(kgen.data.load("digits")):
        ...     print(*row)
    """
    keras.utils.set_random_seed(seed)
    classes = isinstance(data.fields["y"], Label)
    field = data.fields["x"]
    train, test = _scaled(data.train, field), _scaled(data.test, field)
    rows = []
    for name, read, model, size in _of_sklearn(classes, seed):
        rows.append(_learnt(name, read, model, size, train, test, classes))
    return [*rows, _network(data, train, test, classes, epochs)]


def _of_sklearn(classes, seed):
    linear = LogisticRegression(max_iter=2000) if classes else Ridge()
    tree = DecisionTreeClassifier if classes else DecisionTreeRegressor
    kernel = SVC(C=5) if classes else SVR(C=5)
    yield (
        "small tree",
        "every rule",
        tree(max_depth=DEPTH, random_state=seed),
        lambda model: model.tree_.node_count,
    )
    yield (
        "tree",
        "rules, too many",
        tree(random_state=seed),
        lambda model: model.tree_.node_count,
    )
    yield (
        "linear",
        "a weight a point",
        make_pipeline(StandardScaler(), linear),
        lambda model: model[-1].coef_.size,
    )
    yield (
        "kernel",
        "support vectors",
        make_pipeline(StandardScaler(), kernel),
        lambda model: model[-1].support_vectors_.size,
    )


def _learnt(name, read, model, size, train, test, classes):
    model.fit(_rows(train[0]), train[1])
    found = model.predict(_rows(test[0]))
    return Model(name, read, int(size(model)), _performance(found, test[1], classes))


def _rows(values):
    return values.reshape(len(values), -1)


def _network(data, train, test, classes, epochs):
    """A CNN, or dense layers where values are vectors."""
    shape = data.fields["x"].shape
    (values, answers) = train
    (mean, deviation) = (0.0, 1.0) if classes else (train[1].mean(), train[1].std())
    if classes:
        model = networks.classifier(shape, data.num_classes, WIDTH)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    else:
        model, loss = networks.critic(shape, WIDTH), "mse"
    model.compile(keras.optimizers.Adam(2e-3), loss)
    told = answers if classes else (answers - mean) / deviation
    model.fit(values, told, BATCH, epochs, verbose=0)
    found = model.predict(test[0], verbose=0)
    read = found.argmax(axis=1) if classes else deviation * found[:, 0] + mean
    return Model(
        "CNN",
        "maps of kgen.interpret",
        model.count_params(),
        _performance(read, test[1], classes),
    )


def _scaled(part, field):
    return np.asarray(field.scaled(part["x"])), np.asarray(part["y"])


def _performance(read, known, classes):
    return metrics.accuracy(read, known) if classes else metrics.r_squared(read, known)
