"""Layers that the networks are made of."""

from kgen.layers.batch_normalization import BatchNormalization
from kgen.layers.label_code import LabelCode
from kgen.layers.random_shift import RandomShift

__all__ = ["BatchNormalization", "LabelCode", "RandomShift"]
