"""Files and arrays made into images that a model can train on."""

import importlib

from kgen.data.sources import SOURCES, load

__all__ = ["SOURCES", "ImageData", "Split", "load", "scale", "unscaled"]


def __getattr__(name):
    # Listing the sources must not import TensorFlow.
    if name in ("ImageData", "Split", "scale", "unscaled"):
        return getattr(importlib.import_module("kgen.data.image_data"), name)
    raise AttributeError(f"module 'kgen.data' has no attribute {name!r}")
