import numpy as np

from kgen.abilities import Generates
from kgen.types import Array


def decoded(model: Generates, codes: Array, labels: Array | None = None) -> Array:
    """Values (…, *shape) of latents (…, latent_dim); labels, if it takes any, are broadcast."""
    codes = np.asarray(codes, "float32")
    labels = model.asked(labels)
    if labels is not None:
        labels = np.broadcast_to(labels, codes.shape[:-1]).reshape(-1)
    values = model.decode(codes.reshape(-1, codes.shape[-1]), labels)
    return values.reshape(*codes.shape[:-1], *values.shape[1:])
