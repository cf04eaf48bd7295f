"""Layers that the networks are made of."""

from kgen.layers.class_centering import ClassCentering
from kgen.layers.label_code import LabelCode
from kgen.layers.random_shift import RandomShift

__all__ = ["ClassCentering", "LabelCode", "RandomShift"]
