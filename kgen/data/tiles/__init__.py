"""Tiles out of the large grey images of an HDF5 file."""
