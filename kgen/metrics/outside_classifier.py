import json
import tempfile
from functools import cached_property
from pathlib import Path

import keras
import numpy as np

from kgen import console, networks
from kgen.data.cache import cache_folder
from kgen.metrics.features import Features
from kgen.metrics.recipe import Recipe

ENOUGH = 0.97  # of the validation values: a network that reads as many is taken as it is
RECIPES = {
    "plain": Recipe(networks.classifier, steps=3000, passes=200, rate=2e-3),
    "residual": Recipe(networks.residual_classifier, steps=6000, passes=60, rate=4e-3, warmup=0.2),
}
SUFFIXES = {"plain": "keras", "residual": "residual.keras"}
PART = 500


class OutsideClassifier:
    """A convnet that never sees a generated image: trained once a data set on its real images, then frozen.

    It reads samples of a conditional model: the share in which it sees the class that was asked for. A small network is
    trained first; where that reads less than 97 % of the validation images a residual one is trained too, and the one
    that reads more of them is kept.

    Args:
        dataset: ``kgen.data.Data`` with labels; its training split trains, its validation split chooses the
            network, its test split measures.
        cache: directory of trained classifiers, outside any repository; ``KGEN_CACHE`` or the user's cache directory
            unless given.
        recipes: names of the networks to try, the next where one reads too little.

    Attributes:
        network: str, ``"plain"`` or ``"residual"``, the one that was kept.
        validation_accuracy: dict from the networks that were trained to their accuracy on the validation split.

    Example:
        >>> judge = OutsideClassifier(dataset)
        >>> judge.accuracy, judge.agreement(model.generate(100, labels=3), 3)
    """

    def __init__(self, dataset, cache=None, recipes=tuple(RECIPES)):
        self.dataset, self.recipes = dataset, recipes
        # The folder is made before the training: one that cannot be written should not cost minutes first.
        self.folder = cache_folder("classifiers", cache)
        self.validation_accuracy = self._recorded() or self._compared()
        self.network = max(self.validation_accuracy, key=self.validation_accuracy.get)
        self.model = self._model(self.network)

    @cached_property
    def accuracy(self):
        """Its accuracy on the real test split."""
        return accuracy_of(self.model, self.dataset.test)

    @cached_property
    def features(self):
        """``Features`` of its last layer but one: 256 numbers an image, 128 of the residual network."""
        return Features(
            keras.Model(self.model.inputs, self.model.layers[-1].input, name="features")
        )

    def agreement(self, images, labels):
        """The share of images in [0, 1] that it reads as their ``labels``."""
        return float(np.mean(self.classes(images) == labels))

    def classes(self, images):
        """The class (n,) that it reads each image in [0, 1] as."""
        return _classes(self.model, images)

    def _compared(self):
        """The validation accuracies of the networks, up to the first that reads enough; kept beside them."""
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
            f"The outside classifier of {self.dataset.name}, {network}, reads {accuracy:.1%} of the validation values.",
            flush=True,
        )
        return accuracy

    def _recorded(self):
        path = self._path("json")
        return _read(path, lambda path: json.loads(path.read_text())) if path.exists() else None

    def _model(self, network):
        path = self._path(SUFFIXES[network])
        return (
            _read(path, keras.saving.load_model) if path.exists() else self._trained(network, path)
        )

    def _trained(self, network, path):
        print(
            f"Training the outside classifier on {self.dataset.name}, {network} network: minutes, once; it is kept "
            f"as {path}",
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


def accuracy_of(model, split):
    """The share of a split's values that a classifier reads as what they are."""
    told = console.Steps(
        len(split), "Reading values with the outside classifier", "value", console.QUICK
    )
    right = [
        _classes(model, part.comparable()) == part.labels for part in told.over(split.parts(PART))
    ]
    return float(np.mean(np.concatenate(right)))


def _classes(model, images):
    return model.predict(images, batch_size=PART, verbose=0).argmax(axis=1)
