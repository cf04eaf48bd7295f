"""kgen: generative neural networks that estimate densities, each a ``keras.Model`` on one page."""

import importlib
import os
import platform
import sys
from typing import Any

import keras_kgen

__version__ = "0.1.0"
DISTRIBUTION = keras_kgen.NAME

keras_kgen.check()

# TensorFlow reads it when it is imported. By default it leaves oneDNN off on x86 processors without
# VNNI: a training step on images then takes up to twice as long, one on volumes 70 times and more.
if platform.machine() in {"x86_64", "AMD64"} and "tensorflow" not in sys.modules:
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

_ROOMS = {
    *("data", "engine", "explorer", "latent", "layers", "likelihoods", "losses"),
    *("metrics", "models", "networks", "plots", "pretrained", "runs"),
}


def __getattr__(name: str) -> Any:
    # Keras takes seconds to import; `import kgen` and the help of the command line stay fast.
    if name in _ROOMS:
        return importlib.import_module(f"kgen.{name}")
    models = importlib.import_module("kgen.models")
    if name in models.CLASSES:
        return getattr(models, name)
    raise AttributeError(f"module 'kgen' has no attribute {name!r}")
