"""Brains of known truth: the MNI152 template under random deformations, with a disease whose size is chosen."""

from kgen.data.phantoms.brains import Brains

__all__ = ["Brains"]
