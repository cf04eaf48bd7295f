from collections.abc import Callable

from kgen.abilities import Encodes
from kgen.latent.decoding import decoded
from kgen.latent.paths import between, line
from kgen.types import Array


def interpolate(
    model: Encodes,
    first: Array,
    second: Array,
    steps: int = 8,
    path: Callable[[Array, Array, int], Array] = line,
    labels: Array | None = None,
) -> Array:
    """Values (n, steps, …) on the paths between the latents of n pairs of values.

    The first and the last value of a path are the reconstructions of its ends. For a conditional
    model, ``labels`` (n,) are the classes of both ends.
    """
    start = model.latents(first, model.asked(labels))
    end = model.latents(second, model.asked(labels))
    latents = between(start, end, steps, path)
    return decoded(model, latents, None if labels is None else labels[:, None])
