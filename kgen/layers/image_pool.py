from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen import checks
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class ImagePool(keras.layers.Layer):
    """Returns earlier fakes in place of some new ones, so that D does not forget them.

    Each new fake takes a random slot of its own. An empty slot stores the fake and returns it. A
    full slot returns the fake, or, with probability ½, stores it and returns the one it had. The
    slots are weights, so they are saved with the model. If a batch has more fakes than there are
    slots, the others are returned as they come.

    Args:
        size: int ≥ 1, slots.

    Raises:
        ValueError: if ``size`` is below 1.

    Example:
        >>> from keras import random
        >>> pool = ImagePool(50)
        >>> shown = pool(fakes, random.uniform((50,)), random.uniform((len(fakes),)))
        >>> bool((np.asarray(shown) == fakes).all())  # the pool was empty
        True

    Reference:
        Shrivastava et al., Learning from Simulated and Unsupervised Images through Adversarial
        Training, 2017, section 2.3, arXiv:1612.07828
    """

    def __init__(self, size: int = 50, **kwargs: Any):
        super().__init__(**{"dtype": "float32", **kwargs})
        (self.size,) = checks.check_sizes(size=size)

    def build(self, shape: Sequence[int | None]):
        zeros = {"initializer": "zeros", "trainable": False, "dtype": "float32"}
        self.kept = self.add_weight(shape=(self.size, *shape[1:]), name="kept", **zeros)
        self.full = self.add_weight(shape=(self.size,), name="full", **zeros)

    def call(self, fakes: Tensor, order: Tensor, chances: Tensor) -> Tensor:
        """The fakes to show.

        Args:
            fakes: tensor (n, …).
            order: uniform random numbers (size,), which say which slot each fake takes.
            chances: uniform random numbers (n,), which say what full slots do.
        """
        slots = ops.argsort(order)[: ops.shape(fakes)[0]]
        count = ops.shape(slots)[0]
        new, late = fakes[:count], fakes[count:]
        old, full = ops.take(self.kept, slots, axis=0), ops.take(self.full, slots) > 0
        swapped = ops.logical_and(full, chances[:count] < 0.5)
        shown = ops.where(_along(swapped, new), old, new)
        self._keep(slots, ops.logical_or(swapped, ops.logical_not(full)), new, old)
        return ops.concatenate([shown, late], axis=0)

    def _keep(self, slots, taken, new, old):
        kept = ops.where(_along(taken, new), new, old)
        places = ops.expand_dims(slots, -1)
        self.kept.assign(ops.scatter_update(self.kept, places, kept))
        self.full.assign(
            ops.scatter_update(self.full, places, ops.ones(ops.shape(slots)))
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size}


def image_pool(size: int, shape: Sequence[int | None]) -> ImagePool | None:
    """A built pool for fakes of a shape (None, …); ``None`` for a size of 0."""
    if size == 0:
        return None
    pool = ImagePool(size)
    pool.build(shape)
    return pool


def _along(conditions, values):
    """One condition per value, of the rank of the values."""
    return ops.reshape(conditions, (-1, *[1] * (len(values.shape) - 1)))
