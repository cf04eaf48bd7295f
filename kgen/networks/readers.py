"""Networks that read numbers from values on a grid.

Two, from the course, are convolutions halved by pooling; one counts voxels by regions.
"""

import math
from typing import NamedTuple

import keras
from keras import layers

from kgen import checks
from kgen.layers import BatchNormalization, RegionalHistogram
from kgen.networks.ranks import convolution, rank
from kgen.types import Shape, Tensor

POOLINGS = {1: layers.MaxPooling1D, 2: layers.MaxPooling2D, 3: layers.MaxPooling3D}
SPAN = 3  # points of a kernel
HIDDEN = 64  # units between concepts and a number
FAINT = 1e-4  # variance of a share below which it says little
PACE = 10.0


class Layout(NamedTuple):
    """Filters of each convolution, and units of each dense layer before the last."""

    filters: tuple[int, ...]
    hidden: tuple[int, ...] = ()

    @property
    def least_side(self) -> int:
        """The fewest points along an axis that leave one after the last pooling."""
        side = 1
        for _ in self.filters:
            side = 2 * side + SPAN - 1
        return side

    def features(self, x: Tensor) -> Tensor:
        """The features of which the numbers are a linear function."""
        shape = x.shape[1:]
        for filters in self.filters:
            x = convolution(shape)(filters, SPAN, activation="relu")(x)
            x = POOLINGS[rank(shape)](2)(x)
        x = layers.Flatten()(x)
        for units in self.hidden:
            x = layers.Dense(units, activation="relu")(x)
        return x


class Counting(NamedTuple):
    """Shares of brightness in regions, ``regions`` along each axis; only the last layer learns."""

    regions: int

    @property
    def least_side(self) -> int:
        """A point in each region."""
        return self.regions

    def features(self, x: Tensor) -> Tensor:
        """The inputs of the linear layer: the shares' deviations from their training means."""
        shares = RegionalHistogram(self.regions, dtype="float32")(x)
        # A share that hardly varies stays small; otherwise its noise would weigh as much as tissue.
        standard = BatchNormalization(
            momentum=0.9, epsilon=FAINT, center=False, scale=False, dtype="float32"
        )
        # So many features move the numbers together: each step of the weights is scaled down.
        return layers.Rescaling(PACE / math.sqrt(shares.shape[-1]), dtype="float32")(
            standard(shares)
        )


LAYOUTS: dict[str, Layout | Counting] = {
    "baseline": Layout((2,)),
    "larger": Layout((2, 16, 64), (16,)),
    "counting": Counting(8),
}


def reader(shape: Shape, outputs: int, layout: str = "baseline") -> keras.Model:
    """Numbers read from values on a grid: input x, output (n, outputs).

    For volumes of 96 × 96 × 96 and three numbers, ``"baseline"`` has 622,997 parameters and
    ``"larger"`` 1,052,715. ``"counting"`` reads volumes of tissue from a few hundred brains; it has
    13,827 weights to learn.
    """
    chosen = LAYOUTS[checks.check_known("network", layout, LAYOUTS)]
    _check_sides(shape, layout, chosen.least_side)
    x = keras.Input(shape, name="x")
    numbers = layers.Dense(outputs, dtype="float32", name="numbers")
    return keras.Model(x, numbers(chosen.features(x)), name="reader")


def decider(concepts: int, hidden: int = HIDDEN) -> keras.Model:
    """A number read from concepts, 3–64–1 for three of them: input (n, concepts), output (n, 1)."""
    (hidden,) = checks.check_sizes(hidden=hidden)
    c = keras.Input((concepts,), name="c")
    features = layers.Dense(hidden, activation="relu")(c)
    return keras.Model(
        c, layers.Dense(1, dtype="float32", name="number")(features), name="regressor"
    )


def _check_sides(shape, layout, least):
    if not 1 <= rank(shape) <= 3 or min(shape[:-1]) < least:
        raise ValueError(
            f"network={layout!r} takes images or volumes with sides of at least {least} points; "
            f"these values have the shape {tuple(shape)}. Take larger ones, or another network."
        )
