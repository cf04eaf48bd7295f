"""Brains of known truth: the MNI152 template, randomly deformed, with a disease of chosen size."""

from kgen.data.phantoms.brains import Brains

__all__ = ["Brains"]
