"""Vessels whose measures are known."""

import numpy as np


def tube(length, radii):
    """A straight vessel (points, 4) of these radii."""
    places = np.linspace(0.0, length, len(radii))
    return np.stack([places, 0 * places, 0 * places, radii], axis=1)


def coil(radius, pitch, turns, points):
    """A helix (points, 4) of radius 1: its rise is ``pitch`` mm per radian."""
    angles = np.linspace(0.0, 2 * np.pi * turns, points)
    ones = np.ones_like(angles)
    places = radius * np.cos(angles), radius * np.sin(angles), pitch * angles
    return np.stack([*places, ones], axis=1)
