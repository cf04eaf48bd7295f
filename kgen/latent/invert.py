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
        >>> latents, errors = invert(gan, x_test[:64])
        >>> again = gan.decode(latents)

    Reference:
        Creswell & Bharath, Inverting the Generator of a Generative Adversarial Network, 2016,
        arXiv:1611.05644
    """
    checks.check_sizes(steps=steps, starts=starts)
    model.check_data(values, model.asked(labels))
    search = partial(_best, model, steps, starts, seed)
    return model.in_batches(search, **model.with_labels(x=values, y=labels))


def _best(model, steps, starts, seed, x, *labels):
    def error(z, x, *labels):
        apart = ops.square(model.draw(z, *labels) - x)
        return ops.mean(ops.reshape(apart, (ops.shape(apart)[0], -1)), axis=1)

    random = np.random.default_rng(seed)
    drawn = random.standard_normal((starts, x.shape[0], model.latent_dim), dtype="float32")
    search = Descent(error, steps, "Inverting")
    found = [search(z, x, *labels) for z in drawn]
    errors = np.stack([ops.convert_to_numpy(error(z, x, *labels)) for z in found])
    best = errors.argmin(axis=0)
    every = np.arange(x.shape[0])
    latents = np.stack([ops.convert_to_numpy(z) for z in found])
    return latents[best, every], errors[best, every]
