from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from kgen import checks
from kgen.layers import BatchNormalization
from kgen.types import Tensor


@dataclass(frozen=True)
class Style:
    """How the layers of an encoder and of its decoder are made.

    Args:
        width: int ≥ 1, channels of the finest feature map; vectors have 8 times as many hidden
            units.
        activation: str, of Keras.
        normalised: bool, BatchNorm in every layer.
        convolutions: int ≥ 1, layers per resolution.
        l1, l2: floats ≥ 0, penalties on all kernels.

    Raises:
        ValueError: if a number is out of range.

    Example:
        >>> style = Style(width=40, activation="silu", normalised=True)
        >>> kgen.networks.encoder((28, 28, 1), 16, style).input_shape
        (None, 28, 28, 1)
    """

    width: int = 32
    activation: str = "relu"
    normalised: bool = False
    convolutions: int = 1
    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self):
        sizes = {"width": self.width, "convolutions": self.convolutions}
        for name, size in zip(sizes, checks.check_sizes(**sizes), strict=True):
            object.__setattr__(self, name, size)
        checks.check_weights(l1=self.l1, l2=self.l2)

    @property
    def penalty(self) -> keras.regularizers.Regularizer | None:
        """The regulariser of every kernel, if there is one."""
        return keras.regularizers.L1L2(self.l1, self.l2) if self.l1 or self.l2 else None

    def layer(
        self, kind: Callable[..., keras.Layer], *sizes: int, **options: Any
    ) -> Callable[[Tensor], Tensor]:
        """A function from features to those of a layer of this kind, normalised and activated."""
        layer = kind(*sizes, kernel_regularizer=self.penalty, **options)

        def apply(features):
            features = layer(features)
            features = normalised(features) if self.normalised else features
            return layers.Activation(self.activation)(features)

        return apply

    def dense(self, features: Tensor, units: int) -> Tensor:
        """Features through a dense layer."""
        return self.layer(layers.Dense, units)(features)

    def hidden(self, latent_dim: int) -> int:
        """Hidden units next to the latents: no bottleneck; above 512 costs more than it gains."""
        return max(4 * self.width, min(2 * latent_dim, 512))


def normalised(features: Tensor) -> Tensor:
    """Features through BatchNorm."""
    # With Keras' own momentum, 0.99, the statistics lag behind the weights in the first epochs.
    return BatchNormalization(momentum=0.9)(features)
