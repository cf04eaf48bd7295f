"""The base of classes that are mixed into a ``keras.Model`` and call its methods."""

from typing import TYPE_CHECKING

import keras

if TYPE_CHECKING:
    Mixin = keras.Model
else:
    Mixin = object
