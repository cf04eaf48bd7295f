"""Walks through the latent space of anything that encodes, decodes or generates."""

from kgen.latent.interpolate import interpolate
from kgen.latent.project import neighbour_map, principal_components

__all__ = ["interpolate", "neighbour_map", "principal_components"]
