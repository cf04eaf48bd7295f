from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras

from kgen import console
from kgen.data.data import Data

BATCH_SIZE = 128


@dataclass(frozen=True)
class Recipe:
    """How a classifier is trained on a labelled data set, with Adam and a cosine decay.

    Args:
        network: function from the shape of a value and the number of classes to a model with class
            logits.
        steps: int, the most training steps, of 128 values each.
        passes: int, the most passes through the training split.
        rate: float, the highest learning rate.
        warmup: float in [0, 1), share of the steps over which the learning rate rises from 0.

    Example:
        >>> from kgen import networks
        >>> model = Recipe(networks.classifier, steps=3000, passes=200, rate=2e-3).train(dataset)
    """

    network: Callable[..., keras.Model]
    steps: int
    passes: int
    rate: float
    warmup: float = 0.0

    def train(self, dataset: Data) -> keras.Model:
        """A new model, trained."""
        keras.utils.set_random_seed(0)
        batch_size = min(BATCH_SIZE, len(dataset.train))
        steps = min(self.steps, self.passes * dataset.train.steps(batch_size))
        model = self.network(dataset.image_shape, dataset.num_classes)
        model.compile(
            keras.optimizers.Adam(self.schedule(steps)),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        batches = dataset.train.batches(batch_size).map(
            partial(_seen, dataset.fields["x"])
        )
        with console.Steps(steps, "Training the evaluation classifier", "step") as told:
            every = keras.callbacks.LambdaCallback(
                on_train_batch_end=lambda batch, logs: told.advance()
            )
            model.fit(
                batches,
                steps_per_epoch=steps,
                shuffle=False,
                verbose=0,
                callbacks=[every],
            )
        return model

    def schedule(self, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
        """The learning rate over the steps."""
        rising = int(self.warmup * steps)
        if not rising:
            return keras.optimizers.schedules.CosineDecay(self.rate, steps)
        return keras.optimizers.schedules.CosineDecay(
            0.0, steps - rising, warmup_target=self.rate, warmup_steps=rising
        )


def _seen(field, *batch):
    """A batch as metrics compare values, with its labels."""
    x, y = batch if len(batch) == 2 else (batch[0]["x"], batch[0]["y"])
    return field.comparable(x), y
