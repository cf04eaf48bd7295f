from typing import Any

import keras
from keras import ops

from kgen import checks
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Orthogonality(keras.regularizers.Regularizer):
    """Penalty on the inner products of a kernel's filters: they should find different features.

        β ‖WᵀW ⊙ (1 − I)‖²

    W is the kernel as a matrix with one column per filter. Lengths of filters are free. With this
    penalty a generator tolerates latents from a truncated distribution.

    Args:
        weight: float ≥ 0, β; the paper has 1e-4.

    Raises:
        ValueError: if ``weight`` is negative.

    Example:
        >>> keras.layers.Conv2D(64, 3, kernel_regularizer=Orthogonality(1e-4))

    Reference:
        Brock, Donahue & Simonyan, Large Scale GAN Training for High Fidelity Natural Image
        Synthesis, 2019, arXiv:1809.11096
    """

    def __init__(self, weight: float = 1e-4):
        checks.check_weights(weight=weight)
        self.weight = weight

    def __call__(self, kernel: Tensor) -> Tensor:
        filters = ops.reshape(kernel, (-1, kernel.shape[-1]))
        products = ops.matmul(ops.transpose(filters), filters)
        others = products * (1.0 - ops.eye(kernel.shape[-1], dtype=products.dtype))
        return self.weight * ops.sum(ops.square(others))

    def get_config(self) -> dict[str, Any]:
        return {"weight": self.weight}
