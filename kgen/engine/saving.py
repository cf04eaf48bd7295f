"""A Keras function that every save calls for every layer, mended."""

import functools

from keras.src.saving import saving_lib


def remember_skipped() -> None:
    """Makes Keras remember which attributes of a layer it does not save."""
    # Keras 3.15 stores them under one name and looks for them under another. So it builds a new
    # layer for each that it saves, which takes a third of the time of saving a small model.
    if hasattr(saving_lib, "get_attr_skipset"):
        saving_lib.get_attr_skipset = functools.cache(saving_lib.get_attr_skipset)
