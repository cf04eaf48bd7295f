from typing import Any

import keras
from keras import ops

from kgen import checks
from kgen.layers.running_mean import add_running_mean
from kgen.types import Shape, Tensor


@keras.saving.register_keras_serializable("kgen")
class MeanStyle(keras.layers.Layer):
    """Returns styles as they are, and follows their mean w̄ in training.

        w̄ ← β w̄ + (1 − β) mean of the batch

    ``truncated`` moves styles towards w̄, where the images are most typical.

    Args:
        momentum: float in [0, 1), β.

    Raises:
        ValueError: if ``momentum`` is out of range.

    Example:
        >>> mean = MeanStyle()
        >>> styles = mean(styles, training=True)  # (n, latent_dim)
        >>> truncated = mean.truncated(styles, 0.7)

    Reference:
        Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks,
        2019, appendix B, arXiv:1812.04948
    """

    def __init__(self, momentum: float = 0.995, **kwargs: Any):
        super().__init__(**kwargs)
        checks.check_number("momentum", momentum, 0.0, 1.0, below=True)
        self.momentum = momentum

    def build(self, input_shape: Shape):
        self.mean = add_running_mean(self, (input_shape[-1],))

    def call(self, styles: Tensor, training: bool = False) -> Tensor:
        if training:
            found = ops.mean(ops.cast(styles, "float32"), axis=0)
            self.mean.assign(self.mean + (1.0 - self.momentum) * (found - self.mean))
        return styles

    def truncated(self, styles: Tensor, truncation: float) -> Tensor:
        """w̄ + ψ (w − w̄) of styles w (n, latent_dim), with ψ in [0, 1]."""
        mean = ops.cast(self.mean, styles.dtype)
        return mean + truncation * (styles - mean)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum}
