import math

import keras
import numpy as np
from keras import ops


def importance_weighted_log_likelihood(model, x, y=None, samples=500, seed=0, chunk=50):
    """A lower bound of log p(x[|y]) that tightens with ``samples``, nats, one an image.

        log 1/k Σ p(x|z_i) p(z_i) / q(z_i|x),   z_i ~ q(z|x)

    Args:
        model: anything with ``encode`` and ``log_likelihood``.
        x: float array of images in the model's pixel range.
        y: labels of a conditional model.
        samples: int ≥ 1, k.
        seed: int.
        chunk: int, samples held in memory at a time.

    Reference:
        Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders, 2016, arXiv:1509.00519
    """
    mean, log_var = model.encode(x, y)
    noise = np.random.default_rng(seed)
    bound = np.full(len(x), -np.inf)
    progress = keras.utils.Progbar(samples, unit_name="sample")
    for start in range(0, samples, chunk):
        count = min(chunk, samples - start)
        bound = np.logaddexp(bound, _log_weights(model, x, y, mean, log_var, noise, count))
        progress.update(start + count)
    return bound - math.log(samples)


def _log_weights(model, x, y, mean, log_var, noise, count):
    def repeated(values):
        return None if values is None else np.repeat(values, count, axis=0)

    epsilon = noise.standard_normal((len(x) * count, mean.shape[1]), dtype="float32")
    mean, log_var = repeated(mean), repeated(log_var)
    z = mean + np.exp(0.5 * log_var) * epsilon
    # log p(z) − log q(z|x): the factors (2π)^(−d/2) of both densities cancel.
    ratio = 0.5 * np.sum(epsilon**2 + log_var - z**2, axis=1)
    weights = model.log_likelihood(repeated(x), z, repeated(y)) + ratio
    return ops.convert_to_numpy(ops.logsumexp(weights.reshape(len(x), count), axis=1))
