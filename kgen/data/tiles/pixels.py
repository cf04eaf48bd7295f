"""The type of stored pixels: which NumPy type holds them, and whether the bits are the same."""

import h5py
import numpy as np

from kgen.types import Array

WIDTHS = 1, 2, 4, 8  # bytes


def pixel_type(dataset: h5py.Dataset) -> np.dtype | None:
    """The NumPy type that holds every pixel exactly; ``None`` if none of up to 8 bytes does."""
    try:
        found = dataset.dtype
    except (TypeError, ValueError):
        return _wider(dataset.id.get_type())
    known = found.kind in "uif" and found.itemsize in WIDTHS
    return np.dtype(found.str) if known else None


def type_name(dataset: h5py.Dataset) -> str:
    """The type that the data set declares, in words."""
    try:
        return str(dataset.dtype)
    except (TypeError, ValueError):
        stored = dataset.id.get_type()
        return f"{stored.get_size()} bytes that NumPy has no type for"


def offset_of(dataset: h5py.Dataset, dtype: np.dtype) -> int | None:
    """Where pixels begin in the file if they lie there as an array of this type, else ``None``."""
    # Fewer bits, bits that begin elsewhere, another format of floats: only HDF5 reads these.
    same = dataset.id.get_type() == h5py.h5t.py_create(dtype)
    return dataset.id.get_offset() if same else None


def read(
    dataset: h5py.Dataset,
    dtype: np.dtype,
    rows: slice = slice(None),
    columns: slice = slice(None),
) -> Array:
    """Stored pixels (height, width) in the type of ``pixel_type``."""
    # h5py's astype does the same, but first asks for a NumPy type: 24-bit integers have none.
    pixels = dataset.__getitem__((rows, columns), new_dtype=dtype)
    return pixels.reshape(pixels.shape[:2])


def _wider(stored):
    """The next wider type of whole numbers."""
    if stored.get_class() != h5py.h5t.INTEGER or stored.get_size() > max(WIDTHS):
        return None
    kind = "i" if stored.get_sign() == h5py.h5t.SGN_2 else "u"
    width = next(width for width in WIDTHS if width >= stored.get_size())
    return np.dtype(f"{kind}{width}")
