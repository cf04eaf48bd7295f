"""kgen: generative neural networks that estimate densities, each a ``keras.Model`` on one page."""

import importlib
from typing import Any

import keras_kgen

__version__ = "0.1.0"
DISTRIBUTION = keras_kgen.NAME

keras_kgen.check()

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
