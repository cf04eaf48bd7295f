"""Files and arrays made into images that a model can train on."""

import importlib

from kgen.data.sources import SOURCES, load

# Listing the sources must not import TensorFlow.
LATER = {
    "ImageData": "image_data", "Split": "image_data", "scale": "image_data", "unscaled": "image_data",
    "TileData": "tiles.tile_data", "TileSource": "tiles.source", "reading": "tiles.split",
}  # fmt: skip

__all__ = ["SOURCES", "ImageData", "Split", "TileData", "TileSource", "load", "reading", "scale", "unscaled"]


def __getattr__(name):
    if name in LATER:
        return getattr(importlib.import_module(f"kgen.data.{LATER[name]}"), name)
    raise AttributeError(f"module 'kgen.data' has no attribute {name!r}")
