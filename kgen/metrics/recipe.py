import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras

BATCH_SIZE, LINES = 128, 10


@dataclass(frozen=True)
class Recipe:
    """How a classifier is trained on the labelled values of a data set, with Adam and a cosine decay.

    Args:
        network: function from the shape of a value and the number of classes to a model with class logits.
        steps: int, batches of 128 at most.
        passes: int, passes through the training split at most.
        rate: float, the highest learning rate.
        warmup: float in [0, 1), share of the steps over which the learning rate rises from 0.

    Example:
        >>> model = Recipe(networks.classifier, steps=3000, passes=200, rate=2e-3).train(dataset)
    """

    network: Callable
    steps: int
    passes: int
    rate: float
    warmup: float = 0.0

    def train(self, dataset):
        """A new model, trained; prints ten lines meanwhile."""
        keras.utils.set_random_seed(0)
        batch_size = min(BATCH_SIZE, len(dataset.train))
        steps = min(self.steps, self.passes * dataset.train.steps(batch_size))
        model = self.network(dataset.image_shape, dataset.num_classes)
        model.compile(
            keras.optimizers.Adam(self.schedule(steps)),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        lines = min(LINES, steps)
        model.fit(
            dataset.train.batches(batch_size).map(partial(_seen, dataset.fields["x"])),
            epochs=lines,
            steps_per_epoch=steps // lines,
            shuffle=False,
            verbose=0,
            callbacks=[_Lines(steps // lines)],
        )
        return model

    def schedule(self, steps):
        """The learning rate over the steps."""
        rising = int(self.warmup * steps)
        if not rising:
            return keras.optimizers.schedules.CosineDecay(self.rate, steps)
        return keras.optimizers.schedules.CosineDecay(0.0, steps - rising, warmup_target=self.rate, warmup_steps=rising)


def _seen(field, *batch):
    """A batch as metrics compare values, with its labels."""
    x, y = batch if len(batch) == 2 else (batch[0]["x"], batch[0]["y"])
    return field.comparable(x), y


class _Lines(keras.callbacks.Callback):
    """A line for every tenth of a training, with the time that is left."""

    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def on_train_begin(self, logs=None):
        self.start = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        done, count = epoch + 1, self.params["epochs"]
        left = (time.monotonic() - self.start) * (count / done - 1)
        steps = f"{done * self.steps:,} of {count * self.steps:,} steps"
        print(f"  {steps}: loss {logs['loss']:.4f}, {left:.0f} s left", flush=True)
