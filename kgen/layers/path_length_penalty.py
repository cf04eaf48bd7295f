from typing import Any

import keras
from keras import ops

from kgen import checks
from kgen.layers.running_mean import add_running_mean
from kgen.types import Shape, Tensor

LEAST = 1e-8  # the root has no derivative at 0


@keras.saving.register_keras_serializable("kgen")
class PathLengthPenalty(keras.layers.Layer):
    """Asks a step in the space of styles to change the image by the same amount everywhere.

        (l − a)²,   l = √(mean over layers of ‖Jᵀ y‖²),   y ~ N(0, I) / √(pixels)

    J is the Jacobian of an image in its styles, and a the mean of l, which the layer follows:
    a ← a + rate (mean l − a).

    Args:
        rate: float in [0, 1].

    Raises:
        ValueError: if ``rate`` is out of range.

    Example:
        >>> penalty = PathLengthPenalty()
        >>> penalty(slopes, training=True)  # Jᵀ y, (n, layers, latent_dim); gives (n,)

    Reference:
        Karras et al., Analyzing and Improving the Image Quality of StyleGAN, 2020, section 3.2,
        arXiv:1912.04958
    """

    def __init__(self, rate: float = 0.01, **kwargs: Any):
        super().__init__(**kwargs)
        checks.check_number("rate", rate, 0.0, 1.0)
        self.rate = rate

    def build(self, input_shape: Shape):
        self.mean = add_running_mean(self, ())

    def call(
        self, slopes: Tensor, due: Tensor = True, training: bool = False
    ) -> Tensor:
        """The penalty of each image; a moves in training, where ``due`` holds."""
        squares = ops.sum(ops.square(ops.cast(slopes, "float32")), axis=-1)
        lengths = ops.sqrt(ops.mean(squares, axis=-1) + LEAST)
        old = ops.convert_to_tensor(self.mean)
        mean = old + self.rate * (ops.mean(lengths) - old)
        if training:
            self.mean.assign(ops.where(due, mean, old))
        return ops.where(due, ops.square(lengths - mean), ops.zeros_like(lengths))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate}
