import numpy as np
from scipy import ndimage


def sharpness(images):
    """Variance of the Laplacian over all pixels of all images, in squared units of the pixels: blur lowers it."""
    edges = ndimage.laplace(np.asarray(images, dtype="float32"), mode="nearest", axes=(1, 2))
    return float(edges.var())
