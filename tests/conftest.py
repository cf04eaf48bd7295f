import functools
import os
from unittest.mock import patch

import kgen  # noqa: F401  before Keras, as users are asked to import it

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# A program of JAX runs a few times here: half of its minutes would go into its optimisation.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
if (
    "PYTEST_XDIST_WORKER" in os.environ
):  # one core per worker: more threads would only wait
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import keras
import numpy as np
import pytest

from kgen import data, models
from kgen.engine.accepts import taken, wanted
from kgen.engine.options import options_of
from kgen.fields import Image, Label, Mask, Number, Vector

SHAPE, CLASSES = (8, 8, 1), 3
AGES = Number("years", 20.0, 80.0, mean=50.0, deviation=15.0)
CONCEPTS = Vector(
    (2,), names=["csf", "grey"], mean=[50.0, -50.0], deviation=[15.0, 15.0]
)


@pytest.fixture(autouse=True)
def seeded():
    # No layer reads the seed of TensorFlow itself, and setting it empties its cache of kernels.
    with patch("tensorflow.random.set_seed"):
        keras.utils.set_random_seed(0)


@pytest.fixture(autouse=True, scope="session")
def classifier_cache(tmp_path_factory):
    # The parent of all workers' folders is shared: each classifier is trained once.
    shared = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    os.environ["KGEN_CACHE"] = str((base.parent if shared else base) / "cache")


@pytest.fixture(scope="module")
def few_resamples():
    """Confidence intervals of 400 resamples, the fewest, in place of 2,000."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kgen.metrics.bootstrap.RESAMPLES", 400)
        yield


@pytest.fixture(scope="session")
def digits():
    return data.load("digits")


def random_batch():
    """48 random images with labels, always the same."""
    random = np.random.default_rng(0)
    x, y = random.random((48, *SHAPE), dtype="float32"), random.integers(0, CLASSES, 48)
    return x, y.astype("int32")


@pytest.fixture
def batch():
    return random_batch()


def tiny(name, fields=None, **options):
    """A small compiled model by name, with these fields or those of ``fields_for``."""
    cls = models.MODELS[name].load()
    sizes = {
        "latent_dim": 3,
        "width": 4,
        "discriminator_width": 4,
        "critic_width": 4,
        "n_critic": 2,
        "blocks": 1,
    }
    sizes |= {"pool_size": 6, "seed": 7}
    known = options_of(cls)
    chosen = {key: value for key, value in {**sizes, **options}.items() if key in known}
    fields = fields or fields_for(cls, options.get("num_classes", CLASSES))
    model = cls.from_fields(**taken(cls, fields), **chosen)
    model.compile()
    return model


# A few steps of plain Python cost less than their compilation, but not under JAX.
EAGER = keras.backend.backend() == "tensorflow"


def uncompiled(model):
    """The model with eager steps, which need no tracing; under JAX compiled, as eager is slow."""
    model.run_eagerly = EAGER
    return model


@functools.cache
def untrained(name):
    """A small model for tests that only ask it: all tests of a worker share it."""
    return tiny(name)


def fields_for(cls, num_classes=CLASSES):
    """One field per name a model takes: label, number, mask or concepts if it can, else image."""
    special = {
        Label: Label(num_classes),
        Number: AGES,
        Mask: Mask(SHAPE),
        Vector: CONCEPTS,
    }
    return {
        name: next((special[kind] for kind in kinds if kind in special), Image(SHAPE))
        for name, kinds in wanted(cls).items()
    }


def values_for(model, count=48):
    """Random values of a model's fields, by name."""
    random = np.random.default_rng(0)
    return {name: _drawn(field, random, count) for name, field in model.fields.items()}


def _drawn(field, random, count):
    if isinstance(field, Label):
        return random.integers(0, field.num_classes, count).astype("int32")
    if isinstance(field, Number):
        return random.normal(field.mean, field.deviation, count).astype("float32")
    if isinstance(field, Mask):
        return random.choice(field.values, (count, *field.shape[:-1], 1)).astype(
            "uint8"
        )
    return random.random((count, *field.shape), dtype="float32")


def value_and_gradient(function, values):
    """The value of a scalar function of some values, and its gradient, under either backend."""
    if keras.backend.backend() == "jax":
        import jax

        return jax.value_and_grad(function)(values)
    import tensorflow as tf

    values = tf.constant(values)
    with tf.GradientTape() as tape:
        tape.watch(values)
        result = function(values)
    return result, tape.gradient(result, values)


# Together they play every loss of the autoencoders and of the games with labels and penalties.
KINDS = {"vae", "acgan", "wgan-gp", "cvae-cgan"}
# Those whose steps differ.
PLAYS = KINDS | {
    "cvae",
    "gan",
    "vae-gan",
    "regressor",
    "dr-vae",
    "cycle-gan",
    "pix2pix",
    "va-gan",
}
# Under JAX, where tracing takes longest, one of each kind stands for all of it.
TRIED = PLAYS if EAGER else KINDS
# Those whose abilities differ: games, encoders, classifiers, one that translates, one of numbers.
ABLE = TRIED & (KINDS | {"cycle-gan", "regressor"})


def a_model_of_each_kind(names, kinds=KINDS):
    """A test of these models; one that repeats another's kind is marked slow."""
    cases = [
        pytest.param(name, marks=[] if name in kinds else pytest.mark.slow)
        for name in names
    ]
    return pytest.mark.parametrize("name", cases)


def each_model():
    """A test of all models; under JAX, where tracing takes longest, of each whose steps differ."""
    return a_model_of_each_kind(models.MODELS, set(models.MODELS) if EAGER else PLAYS)


def each_play():
    """A test of each model whose steps differ; the others are marked slow."""
    return a_model_of_each_kind(models.MODELS, TRIED)


def every_model(*abilities, without=()):
    """A test of models that have these abilities; one that has no others is marked slow."""
    classes = {name: entry.load() for name, entry in models.MODELS.items()}
    able = [
        name
        for name, cls in classes.items()
        if issubclass(cls, abilities) and not issubclass(cls, without)
    ]
    return a_model_of_each_kind(able, ABLE)
