import numpy as np
from scipy import ndimage

from kgen.types import Array, Shape


def smooth_noise(shape: Shape, width: float, random: np.random.Generator) -> Array:
    """Noise of mean 0 and standard deviation 1 that varies over ``width`` pixels; periodic."""
    values = ndimage.gaussian_filter(random.normal(size=shape), width, mode="wrap")
    return (values - values.mean()) / values.std()
