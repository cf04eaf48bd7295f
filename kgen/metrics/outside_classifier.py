import tempfile
from functools import cached_property
from pathlib import Path

import keras
import numpy as np

from kgen import console, networks
from kgen.data.cache import cache_folder
from kgen.metrics.features import Features

STEPS, PASSES, BATCH_SIZE = 3000, 200, 128


class OutsideClassifier:
    """A convnet that never sees a generated image: trained once a data set on its real images, then frozen.

    It reads samples of a conditional model: the share in which it sees the class that was asked for.

    Args:
        dataset: ``kgen.data.Data`` with labels; its training split trains, its test split measures.
        cache: directory of trained classifiers, outside any repository; ``KGEN_CACHE`` or the user's cache directory
            unless given.

    Example:
        >>> judge = OutsideClassifier(dataset)
        >>> judge.accuracy, judge.agreement(model.generate(100, labels=3), 3)
    """

    def __init__(self, dataset, cache=None):
        self.dataset = dataset
        # The folder is made before the training: one that cannot be written should not cost minutes first.
        self.path = cache_folder("classifiers", cache) / f"{dataset.fingerprint}.keras"
        self.model = self._kept() if self.path.exists() else self._trained()

    @property
    def accuracy(self):
        """Its accuracy on the real test split."""
        parts = self.dataset.test.parts(BATCH_SIZE)
        agreements = [self.agreement(part.comparable(), part.labels) for part in parts]
        return float(np.average(agreements, weights=[len(part) for part in parts]))

    @cached_property
    def features(self):
        """``Features`` of its last layer but one: 256 numbers an image."""
        return Features(keras.Model(self.model.inputs, self.model.layers[-1].input, name="features"))

    def agreement(self, images, labels):
        """The share of images in [0, 1] that it reads as their ``labels``."""
        return float(np.mean(self.classes(images) == labels))

    def classes(self, images):
        """The class (n,) that it reads each image in [0, 1] as."""
        return self.model.predict(images, batch_size=500, verbose=0).argmax(axis=1)

    def _kept(self):
        try:
            return keras.saving.load_model(self.path)
        except Exception as error:
            raise ValueError(f"{self.path} is damaged ({error}). Delete it, and it is trained again.") from error

    def _trained(self):
        keras.utils.set_random_seed(0)
        batch_size = min(BATCH_SIZE, len(self.dataset.train))
        steps = min(STEPS, PASSES * self.dataset.train.steps(batch_size))
        model = networks.classifier(self.dataset.image_shape, self.dataset.num_classes)
        model.compile(
            keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        print(
            f"Training the outside classifier on {self.dataset.name}: minutes, once; it is kept as {self.path}",
            flush=True,
        )
        batches = self.dataset.train.batches(batch_size).map(self._seen)
        with console.Steps(steps, "Training the outside classifier", "step") as bar:
            told = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: bar.advance())
            model.fit(batches, steps_per_epoch=steps, shuffle=False, verbose=0, callbacks=[told])
        self._keep(model)
        return model

    def _seen(self, *batch):
        x, y = batch if len(batch) == 2 else (batch[0]["x"], batch[0]["y"])
        return self.dataset.fields["x"].comparable(x), y

    def _keep(self, model):
        with tempfile.TemporaryDirectory(dir=self.path.parent) as folder:
            model.save(Path(folder) / "model.keras")
            (Path(folder) / "model.keras").replace(self.path)
