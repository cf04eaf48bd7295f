import json
import tempfile
from functools import cached_property
from pathlib import Path
from typing import cast

import keras
import numpy as np
from numpy.typing import ArrayLike

from kgen import console, networks
from kgen.data.cache import cache_folder
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.metrics.features import Features
from kgen.metrics.recipe import Recipe
from kgen.types import Array, Location, Names

ENOUGH = 0.97  # validation accuracy at which no further network is tried
RECIPES = {
    "plain": Recipe(networks.classifier, steps=3000, passes=200, rate=2e-3),
    "residual": Recipe(
        networks.residual_classifier, steps=6000, passes=60, rate=4e-3, warmup=0.2
    ),
}
SUFFIXES = {"plain": "keras", "residual": "residual.keras"}
PART = 500


class EvaluationClassifier:
    """A convolutional classifier, trained once per data set on its real images only, then frozen.

    On samples of a conditional model it gives the share that shows the requested class. A small
    network is trained first. If its validation accuracy is below 97 %, a residual network is also
    trained, and the one with the higher validation accuracy is kept.

    Args:
        dataset: ``kgen.data.Data`` with labels; its training split trains, its validation split
            selects the network, its test split measures.
        cache: directory of trained classifiers, outside any repository; by default ``KGEN_CACHE``
            or the user's cache directory.
        recipes: names of the networks to try in turn, until one is accurate enough.

    Attributes:
        network: str, ``"plain"`` or ``"residual"``, the one that was kept.
        validation_accuracy: dict from each trained network to its accuracy on the validation split.

    Example:
        >>> judge = EvaluationClassifier(dataset)
        >>> threes = model.fields["x"].comparable(model.generate(100, labels=3))  # in [0, 1]
        >>> judge.accuracy, judge.agreement(threes, 3)
    """

    def __init__(
        self,
        dataset: Data,
        cache: Location | None = None,
        recipes: Names = tuple(RECIPES),
    ):
        self.dataset, self.recipes = dataset, recipes
        # Made before the training, so that a folder that cannot be written fails without delay.
        self.folder = cache_folder("classifiers", cache)
        self.validation_accuracy = self._recorded() or self._compared()
        self.network = max(self.validation_accuracy, key=self.validation_accuracy.get)
        self.model = self._model(self.network)

    @cached_property
    def accuracy(self) -> float:
        """Its accuracy on the real test split."""
        return accuracy_of(self.model, cast(Split, self.dataset.test))

    @cached_property
    def features(self) -> Features:
        """``Features`` of its last layer but one: 256 per image, 128 of the residual network."""
        return Features(
            keras.Model(self.model.inputs, self.model.layers[-1].input, name="features")
        )

    def agreement(self, images: Array, labels: ArrayLike) -> float:
        """The share of images in [0, 1] that it classifies as their ``labels``."""
        return float(np.mean(self.classes(images) == labels))

    def classes(self, images: Array) -> Array:
        """The predicted class (n,) of each image in [0, 1]."""
        return _classes(self.model, images)

    def _compared(self):
        """Validation accuracies, up to the first network that is accurate enough; also saved."""
        found = {}
        for network in self.recipes:
            found[network] = self._validated(network)
            if found[network] >= ENOUGH:
                break
        self._keep(self._path("json"), lambda path: path.write_text(json.dumps(found)))
        return found

    def _validated(self, network):
        accuracy = accuracy_of(self._model(network), self.dataset.validation)
        print(
            f"The evaluation classifier of {self.dataset.name}, {network}, "
            f"reads {accuracy:.1%} of the validation values.",
            flush=True,
        )
        return accuracy

    def _recorded(self):
        path = self._path("json")
        return (
            _read(path, lambda path: json.loads(path.read_text()))
            if path.exists()
            else None
        )

    def _model(self, network):
        path = self._path(SUFFIXES[network])
        return (
            _read(path, keras.saving.load_model)
            if path.exists()
            else self._trained(network, path)
        )

    def _trained(self, network, path):
        print(
            f"Training the evaluation classifier on {self.dataset.name}, {network} network: "
            f"minutes, once; it is kept as {path}",
            flush=True,
        )
        model = RECIPES[network].train(self.dataset)
        self._keep(path, model.save)
        return model

    def _path(self, suffix):
        return self.folder / f"{self.dataset.fingerprint}.{suffix}"

    def _keep(self, path, write):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            write(Path(folder) / path.name)
            (Path(folder) / path.name).replace(path)


def _read(path, load):
    try:
        return load(path)
    except Exception as error:
        raise ValueError(
            f"{path} is damaged ({error}). Delete it, and it is made again."
        ) from error


def accuracy_of(model: keras.Model, split: Split) -> float:
    """The share of a split's values that a classifier classifies correctly."""
    told = console.Steps(
        len(split),
        "Reading values with the evaluation classifier",
        "value",
        console.QUICK,
    )
    right = []
    for part in told.over(split.parts(PART)):
        right.append(_classes(model, part.comparable()) == part.labels)
    return float(np.mean(np.concatenate(right)))


def _classes(model, images):
    return model.predict(images, batch_size=PART, verbose=0).argmax(axis=1)
