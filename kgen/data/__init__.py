"""Files and arrays made into data sets of named fields that a model can train on."""

import importlib
from typing import Any

import keras_kgen
from kgen.data.sources import (
    SOURCES,
    check,
    faults,
    load,
    options_in_use,
    parsed_options,
)

keras_kgen.check()  # as in kgen.models

# Listing the sources must not import TensorFlow.
LATER = {
    "Data": "data", "Split": "split", "TileData": "tiles.tile_data", "TileSource": "tiles.source",
    "UnpairedSplit": "unpaired", "reading": "tiles.split",
}  # fmt: skip

__all__ = [
    "SOURCES", "Data", "Split", "TileData", "TileSource", "UnpairedSplit", "check", "faults",
    "load", "options_in_use", "parsed_options", "reading",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in LATER:
        return getattr(importlib.import_module(f"kgen.data.{LATER[name]}"), name)
    raise AttributeError(f"module 'kgen.data' has no attribute {name!r}")
