from typing import Any

import keras
from keras import ops

from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class NoiseInjection(keras.layers.Layer):
    """Adds noise to all channels of maps, for details that no style decides.

        y = x + σ n,   n ~ N(0, 1) at every point, the same in all channels

    σ is learnt, and 0 at first. Training draws n anew for every image. Otherwise n is one drawn map
    that is saved with the layer, so that the same latents give the same image.

    Args:
        seed: int or ``None``.

    Example:
        >>> NoiseInjection()(maps, training=True)  # (n, height, width, channels)

    Reference:
        Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks,
        2019, section 2, arXiv:1812.04948
    """

    def __init__(self, seed: int | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.seed = seed
        self.seeds = keras.random.SeedGenerator(seed)

    def build(self, input_shape: Shape):
        self.strength = self.add_weight(shape=(), initializer="zeros", name="strength")
        normal = keras.initializers.RandomNormal(stddev=1.0)
        self.fixed = self.add_weight(
            shape=(1, *input_shape[1:-1], 1),
            initializer=normal,
            trainable=False,
            name="fixed",
        )

    def call(self, maps: Tensor, training: bool = False) -> Tensor:
        return maps + self.strength * (self._drawn(maps) if training else self.fixed)

    def _drawn(self, maps):
        shape = (ops.shape(maps)[0], *maps.shape[1:-1], 1)
        return keras.random.normal(shape, dtype=maps.dtype, seed=self.seeds)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}
