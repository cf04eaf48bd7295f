"""Coronary arteries: centrelines with radius from tables, and drawn ones of known truth."""

from kgen.data.arteries.arteries import BRANCHES, Arteries
from kgen.data.arteries.artery import Artery

__all__ = ["BRANCHES", "Arteries", "Artery"]
