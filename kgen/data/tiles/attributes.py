"""Attributes of groups and images, of any type."""

from typing import Any

import h5py


def value_of(holder: h5py.Group | h5py.Dataset, name: str) -> Any:
    """The value of an attribute; ``None`` if NumPy has no type for it."""
    try:
        return holder.attrs[name]
    except (TypeError, ValueError):
        return None
