from typing import Any, Self

import keras
from keras import ops

from kgen.types import Shape, Tensor


class Likelihood(keras.layers.Layer):
    """Base of the likelihoods p(x|z): turns the decoder's output, the *parameters*, into a density.

    Subclasses give ``log_density(x, parameters)``, nats per number, and ``mean(parameters)``. The
    ``event_shape``, the shape of one value such as (28, 28, 1), says which axes belong to one
    value; a model sets it. Without one, the first axis is the batch and all others are the value's.
    """

    standardised = (
        False  # whether it describes values of any size, and not only those of [0, 1]
    )
    event_shape: Shape | None = None

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.built = True

    @classmethod
    def of_standardised(cls) -> Self:
        """The likelihood of values with mean 0 and variance 1."""
        return cls()

    def log_prob(self, x: Tensor, parameters: Tensor) -> Tensor:
        """Log-density of each value, summed over its numbers, in nats.

        Values and parameters may differ in the axes before those of the event, such as one image
        for many latents.
        """
        density = self.log_density(
            ops.cast(x, "float32"), ops.cast(parameters, "float32")
        )
        rank = (
            len(density.shape) - 1
            if self.event_shape is None
            else len(self.event_shape)
        )
        return ops.sum(density, axis=tuple(range(-rank, 0))) if rank else density
