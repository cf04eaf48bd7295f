from functools import partial

import numpy as np
from keras import ops

from kgen import checks
from kgen.engine import GenerativeModel
from kgen.engine.descent import Descent
from kgen.types import Array


def invert(
    model: GenerativeModel,
    values: Array,
    labels: Array | None = None,
    steps: int = 300,
    starts: int = 4,
    seed: int = 0,
) -> tuple[Array, Array]:
    """Latents z* whose values come nearest to given ones, by gradient steps from random starts.

        z* = argmin_z ‖G(z) − x‖²

    Args:
        model: any that generates; for a conditional one, ``labels`` (n,) are the values' classes.
        values: array (n, …), stored values of the field x.
        labels: int array (n,).
        steps: int ≥ 1, steps of Adam at a falling rate.
        starts: int ≥ 1, random latents to start from; each value keeps its best result.
        seed: int, of the starts.

    Returns:
        the latents (n, latent_dim), and the mean squared error (n,) of scaled values.

    Example:
        >>> latents, errors = invert(gan, x_test[:8], steps=50, starts=2)
        >>> again = gan.decode(latents)

    Reference:
        Creswell & Bharath, Inverting the Generator of a Generative Adversarial Network, 2016,
        arXiv:1611.05644
    """
    checks.check_sizes(steps=steps, starts=starts)
    model.check_data(values, model.asked(labels))
    error = partial(_error, model)
    search = partial(
        _best, Descent(error, steps, "Inverting"), starts, seed, model.latent_dim
    )
    return model.in_batches(search, **model.with_labels(x=values, y=labels))


def _error(model, z, x, *labels):
    apart = ops.square(model.draw(z, *labels) - x)
    return ops.mean(ops.reshape(apart, (ops.shape(apart)[0], -1)), axis=1)


def _best(search, starts, seed, latent_dim, x, *labels):
    random = np.random.default_rng(seed)
    drawn = random.standard_normal((starts, x.shape[0], latent_dim), dtype="float32")
    found = [search(z, x, *labels) for z in drawn]
    errors = np.stack([ops.convert_to_numpy(search.cost(z, x, *labels)) for z in found])
    best = errors.argmin(axis=0)
    every = np.arange(x.shape[0])
    latents = np.stack(list(map(ops.convert_to_numpy, found)))
    return latents[best, every], errors[best, every]
