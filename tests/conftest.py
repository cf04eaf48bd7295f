import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
if "PYTEST_XDIST_WORKER" in os.environ:  # a core a worker: with more threads they wait for each other
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import keras
import numpy as np
import pytest

from kgen import data, models
from kgen.engine.accepts import taken
from kgen.experiments.options import options_of
from kgen.fields import Image, Label

SHAPE, CLASSES = (8, 8, 1), 3


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


@pytest.fixture(autouse=True, scope="session")
def classifier_cache(tmp_path_factory):
    # One for all workers, whose own folders lie in it: each classifier is trained once.
    shared = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    os.environ["KGEN_CACHE"] = str((base.parent if shared else base) / "cache")


@pytest.fixture(scope="session")
def digits():
    return data.load("digits")


@pytest.fixture
def batch():
    """48 random images with labels."""
    random = np.random.default_rng(0)
    return random.random((48, *SHAPE), dtype="float32"), random.integers(0, CLASSES, 48).astype("int32")


def tiny(name, fields=None, **options):
    """A small compiled model of any kind, for some fields or for images in [0, 1] of three classes."""
    cls = models.MODELS[name].load()
    sizes = {"latent_dim": 3, "width": 4, "discriminator_width": 4, "n_critic": 2, "seed": 7}
    known = options_of(cls)
    chosen = {key: value for key, value in {**sizes, **options}.items() if key in known}
    fields = fields or {"x": Image(SHAPE), "y": Label(options.get("num_classes", CLASSES))}
    model = cls.from_fields(**taken(cls, fields), **chosen)
    model.compile()
    return model
