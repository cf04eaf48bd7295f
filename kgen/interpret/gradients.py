"""Gradients of an answer with respect to the value: plain, smoothed, integrated."""

from functools import partial

import keras
import numpy as np
from keras import ops

from kgen import checks
from kgen.engine.backend import differentiated
from kgen.interpret.subject import Subject, Target
from kgen.types import Array


def gradient(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    output: str | int | None = None,
) -> Array:
    """The gradient of the answer with respect to every number of the value: ∂f(x)/∂x.

    Args:
        model: a Keras model or layer with one input, or a model of kgen's that explains.
        x: array (n, …), in stored units.
        target: the explained class, one for all or one each; by default the highest answer.
        output: name or number of the explained output, for a network with several.

    Returns:
        float32 array of the shape of x, the gradient with respect to scaled values.

    Example:
        >>> maps = gradient(model, images, target=3)
        >>> maps.shape == images.shape
        True

    Reference:
        Simonyan, Vedaldi & Zisserman, Deep Inside Convolutional Networks, 2014, arXiv:1312.6034
    """
    with Subject(model, x, output).opened() as subject:
        return gradients(subject, subject.x, subject.targets(target))


def smooth_gradient(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    draws: int = 32,
    noise: float = 0.15,
    seed: int = 0,
    output: str | int | None = None,
) -> Array:
    """The mean gradient over copies of the value with Gaussian noise.

    Args:
        model, x, target, output: as in ``gradient``.
        draws: int ≥ 1, copies of each value.
        noise: float ≥ 0, standard deviation of the noise as a share of the scaled value's range.
        seed: int, of the noise.

    Returns:
        float32 array of the shape of x.

    Reference:
        Smilkov et al., SmoothGrad: removing noise by adding noise, 2017, arXiv:1706.03825
    """
    (draws,) = checks.check_sizes(draws=draws)
    checks.check_weights(noise=noise)
    random = np.random.default_rng(seed)
    with Subject(model, x, output).opened() as subject:
        targets = np.repeat(subject.targets(target), draws)
        axes = tuple(range(1, subject.x.ndim))
        deviations = noise * np.ptp(subject.x, axis=axes, keepdims=True)
        copies = np.repeat(subject.x, draws, axis=0)
        drawn = random.standard_normal(copies.shape, dtype="float32") * np.repeat(
            deviations, draws, axis=0
        )
        found = gradients(subject, copies + drawn, targets)
    return found.reshape(len(x), draws, *found.shape[1:]).mean(axis=1)


def integrated_gradients(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    baseline: float | Array | None = None,
    steps: int = 128,
    output: str | int | None = None,
) -> Array:
    """What every number of the value adds to the answer, on the straight path from a baseline.

        (x − b) · ∫₀¹ ∂f(b + t (x − b))/∂x dt,   whose sum is f(x) − f(b)

    Args:
        model, x, target, output: as in ``gradient``.
        baseline: b, a value without evidence: a number or an array of the shape of one value, in
            stored units. By default it is the mean of the training values where these are
            standardised, else the least value.
        steps: int ≥ 1, points of the midpoint rule.

    Returns:
        float32 array of the shape of x.

    Raises:
        ValueError: if the baseline lies outside the values.

    Reference:
        Sundararajan, Taly & Yan, Axiomatic Attribution for Deep Networks, 2017, arXiv:1703.01365
    """
    (steps,) = checks.check_sizes(steps=steps)
    with Subject(model, x, output).opened() as subject:
        start, targets = subject.baseline(baseline), subject.targets(target)
        way = subject.x - start
        total = np.zeros(subject.x.shape, "float64")
        places = np.repeat(np.arange(len(way), dtype="int32"), steps)
        shares = np.tile((np.arange(steps, dtype="float32") + 0.5) / steps, len(way))
        for piece, found in subject.pieces(
            _on_the_way(subject, start), places, shares, targets[places]
        ):
            np.add.at(total, places[piece], found)
    return (way * total / steps).astype("float32")


def _on_the_way(subject, start):
    """A function for the gradients of scores between the baseline and the values."""
    way = ops.convert_to_tensor(subject.x - start)

    def found(places, shares, targets):
        shares = ops.reshape(shares, (-1, *[1] * (len(way.shape) - 1)))
        return _gradients(
            subject, start + shares * ops.take(way, places, axis=0), targets
        )

    return found


def gradients(subject: Subject, x: Array, targets: Array) -> Array:
    """The gradient of each score of scaled values."""
    return subject.in_batches(partial(_gradients, subject), x, targets)


def _gradients(subject, x, targets):
    return differentiated(lambda x: (subject.scores(x, targets), ()), x)[0]
