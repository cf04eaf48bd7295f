"""The few operations whose names differ between NumPy, tf.data tensors and Keras tensors."""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from kgen.types import Tensor


class Library(NamedTuple):
    """The functions that compute on one type of array or tensor."""

    cast: Callable[..., Any]
    clip: Callable[..., Any]
    reshape: Callable[..., Any]
    log: Callable[..., Any]
    exp: Callable[..., Any]
    sinh: Callable[..., Any]
    arcsinh: Callable[..., Any]
    cos: Callable[..., Any]
    sin: Callable[..., Any]
    arctan2: Callable[..., Any]
    concatenate: Callable[..., Any]
    widest: str = "float64"


NUMPY = Library(
    lambda values, dtype: values.astype(dtype),
    np.clip,
    np.reshape,
    np.log,
    np.exp,
    np.sinh,
    np.arcsinh,
    np.cos,
    np.sin,
    np.arctan2,
    np.concatenate,
)
KERAS = Library(
    ops.cast,
    ops.clip,
    ops.reshape,
    ops.log,
    ops.exp,
    ops.sinh,
    ops.arcsinh,
    ops.cos,
    ops.sin,
    ops.arctan2,
    ops.concatenate,
    "float32" if keras.backend.backend() == "jax" else "float64",
)


def library(values: Tensor) -> Library:
    """The functions for these values: NumPy's for arrays, Keras's for tensors of its backend."""
    if isinstance(values, np.ndarray):
        return NUMPY
    tensorflow = _tensorflow_of(values)
    if tensorflow is None:
        return KERAS
    # Under JAX the tensors of tf.data are not those of Keras.
    maths = tensorflow.math
    return Library(
        tensorflow.cast,
        tensorflow.clip_by_value,
        tensorflow.reshape,
        maths.log,
        maths.exp,
        maths.sinh,
        maths.asinh,
        maths.cos,
        maths.sin,
        maths.atan2,
        tensorflow.concat,
    )


def native(values: Any) -> Any:
    """Arrays in the byte order of this machine, which JAX asks for; anything else as it is."""
    if isinstance(values, np.ndarray) and not values.dtype.isnative:
        return values.astype(values.dtype.newbyteorder("="))
    return values


def seen(values: Any) -> Any:
    """Converts a tensor to an array; returns anything else as it is."""
    return (
        np.asarray(values)
        if ops.is_tensor(values) or _tensorflow_of(values)
        else values
    )


def _tensorflow_of(values):
    """TensorFlow, if these values are a tensor of it."""
    tensorflow = sys.modules.get("tensorflow")
    return (
        tensorflow if tensorflow is not None and tensorflow.is_tensor(values) else None
    )
