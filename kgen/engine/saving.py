"""A Keras function that every save calls for every layer, mended."""

import functools
import sys
from typing import Any


def remember_skipped() -> None:
    """Makes Keras remember which attributes of a layer it does not save."""
    # Keras 3.15 stores them under one name and looks for them under another. So it builds a new
    # layer for each that it saves, which takes a quarter of the time of saving a small model.
    # The module is private: a later Keras may lack it.
    saving: Any = sys.modules.get("keras.src.saving.saving_lib")
    if hasattr(saving, "get_attr_skipset"):
        saving.get_attr_skipset = functools.cache(saving.get_attr_skipset)
