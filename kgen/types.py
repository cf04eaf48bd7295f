"""The types that public signatures share."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray
# Keras ships no types: a tensor of the active backend, and what Keras takes in its place.
Tensor: TypeAlias = Any
Shape: TypeAlias = tuple[int, ...]
# Where a file or a folder lies.
Location: TypeAlias = str | PathLike[str]
# Values of fields or scalars, by name.
Arrays: TypeAlias = Mapping[str, Array]
Tensors: TypeAlias = Mapping[str, Tensor]
Scalars: TypeAlias = Mapping[str, float]
Names: TypeAlias = Sequence[str]
