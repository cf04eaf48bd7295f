from keras import ops

from kgen.types import Tensor


def gradient_penalty(gradients: Tensor) -> Tensor:
    """(‖∇f(x)‖ − 1)², per image, with the norm over all of its pixels and channels.

    Reference:
        Gulrajani et al., Improved Training of Wasserstein GANs, 2017, arXiv:1704.00028
    """
    squares = ops.sum(
        ops.square(ops.cast(gradients, "float32")), axis=tuple(range(1, len(gradients.shape)))
    )
    # The root has no derivative at 0: a critic that ignores the image would give NaN.
    return ops.square(ops.sqrt(squares + 1e-12) - 1.0)
