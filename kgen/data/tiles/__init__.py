"""Tiles from the large grey images of an HDF5 file."""
