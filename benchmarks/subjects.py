"""The networks that are measured, as kgen builds them, and images to feed them."""

import math
import time
from typing import NamedTuple

import common
from kgen.data import Split
from kgen.engine.accepts import taken
from kgen.fields import Image, Label
from kgen.models import MODELS

import keras
import numpy as np

BATCH_SIZE, IMAGES, CLASSES = 128, 8192, 10


class Subject(NamedTuple):
    """A model by its registered name: the shape of its images, and arguments of ``from_fields``."""

    image_shape: tuple
    options: dict
    steps: int  # of a turn


SUBJECTS = {
    "vae": Subject((28, 28, 1), {}, 40),
    "dcgan": Subject((64, 64, 1), {"width": 64}, 2),
    "acgan": Subject((28, 28, 1), {}, 20),
    # No peer keeps a moving average of the weights.
    "cvae-cgan": Subject((28, 28, 1), {"ema_decay": None}, 20),
}


def build(name, policy="float32", **options):
    """A compiled model of the subjects."""
    subject = SUBJECTS[name]
    return built(name, fields(subject.image_shape), policy, subject.options, **options)


def built(name, known, policy, given, **options):
    """A compiled kgen model of the known fields that it takes, under a dtype policy of Keras."""
    cls = MODELS[name].load()
    keras.config.set_dtype_policy(policy)
    model = cls.from_fields(**taken(cls, known), **given)
    keras.config.set_dtype_policy("float32")
    model.compile(**options)
    return model


def fields(image_shape):
    """Fields of uint8 images and labels, the form of most users' images."""
    return {"x": Image(image_shape, 0, 255, dtype="uint8"), "y": Label(CLASSES)}


def scaled(model, batches):
    """The stream for loops by hand: pixels scaled as the model's networks take them."""
    return batches.map(lambda x, y: (model.fields["x"].scaled(x), y)).prefetch(2)


def images(image_shape, count=IMAGES):
    """Random uint8 images with labels: no step's time depends on what they show."""
    numbers = np.random.default_rng(0)
    pixels = numbers.integers(0, 256, (count, *image_shape), dtype="uint8")
    labels = numbers.integers(0, CLASSES, count).astype("int32")
    return Split({"x": pixels, "y": labels}, fields(image_shape))


def fed(split, batch_size=BATCH_SIZE):
    """Endless batches for ``fit``: TensorFlow's, or NumPy's under JAX, which may be there alone."""
    return (
        split.batches(batch_size)
        if keras.backend.backend() == "tensorflow"
        else _endless(split, batch_size)
    )


def _endless(split, batch_size):
    numbers, steps = np.random.default_rng(0), split.steps(batch_size)
    while True:
        order = numbers.permutation(len(split))[: steps * batch_size]
        for chosen in np.split(order, steps):
            yield split["x"][chosen], split["y"][chosen]


def parser(description):
    """The parser of a benchmark that goes through the networks."""
    parser = common.parser(description)
    parser.add_argument(
        "--networks", nargs="+", choices=SUBJECTS, default=list(SUBJECTS)
    )
    parser.add_argument(
        "--steps",
        type=int,
        help="steps a turn; by default some two seconds' worth on two cores",
    )
    return parser


def apart(function, name, arguments):
    """The result of ``function(name, steps, rounds)`` in a process of its own."""
    return common.apart(
        function, name, arguments.steps or SUBJECTS[name].steps, arguments.rounds
    )


def fitted(model, batches, steps):
    """A contender: called, it returns the seconds of one step of ``fit``."""
    fused = model.steps_per_execution
    executions = math.ceil(steps / fused) + 1

    def seconds():
        watch = Stopwatch()
        model.fit(
            batches,
            steps_per_epoch=executions * fused,
            callbacks=[watch],
            verbose=0,
            shuffle=False,
        )
        return watch.seconds

    return seconds


def looped(step, batches, steps):
    """A contender from a function of a batch and an endless stream; it returns seconds per step."""

    def seconds():
        step(*next(batches))
        start = time.perf_counter()
        for _ in range(steps):
            step(*next(batches))
        return (time.perf_counter() - start) / steps

    return seconds


def clocked(contender, steps):
    """The contender with processor seconds beside wall seconds, per step."""

    def seconds():
        start = time.process_time()
        wall = contender()
        return wall, (time.process_time() - start) / (steps + 1)

    return seconds


class Stopwatch(keras.callbacks.Callback):
    """Times all steps of ``fit`` but the last, without what it does once before and after them."""

    def on_train_begin(self, logs=None):
        self.begins = []

    # Not at the end of a batch: for such a callback Keras waits for the logs of every step.
    def on_train_batch_begin(self, batch, logs=None):
        self.begins.append((batch, time.perf_counter()))

    @property
    def seconds(self):
        """Seconds of one step."""
        (first, start), (last, stop) = self.begins[0], self.begins[-1]
        return (stop - start) / (last - first)
