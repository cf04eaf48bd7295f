import numpy as np

from kgen.abilities import Generates
from kgen.types import Array


def decoded(model: Generates, latents: Array, labels: Array | None = None) -> Array:
    """Values (…, *shape) of latents (…, latent_dim); labels, if it takes any, are broadcast."""
    latents = np.asarray(latents, "float32")
    labels = model.asked(labels)
    if labels is not None:
        labels = np.broadcast_to(labels, latents.shape[:-1]).reshape(-1)
    values = model.decode(latents.reshape(-1, latents.shape[-1]), labels)
    return values.reshape(*latents.shape[:-1], *values.shape[1:])
