from keras import ops

from kgen.types import Tensor


def gradient_penalty(gradients: Tensor) -> Tensor:
    """(‖∇f(x)‖ − 1)², per image, with the norm over all of its pixels and channels.

    Reference:
        Gulrajani et al., Improved Training of Wasserstein GANs, 2017, arXiv:1704.00028
    """
    # The root has no derivative at 0: a critic that ignores the image would give NaN.
    return ops.square(ops.sqrt(_squared_norm(gradients) + 1e-12) - 1.0)


def r1_penalty(gradients: Tensor) -> Tensor:
    """½ ‖∇D(x)‖², per image, of real images.

    Reference:
        Mescheder, Geiger & Nowozin, Which Training Methods for GANs do actually Converge?, 2018,
        arXiv:1801.04406
    """
    return 0.5 * _squared_norm(gradients)


def _squared_norm(gradients):
    squares = ops.square(ops.cast(gradients, "float32"))
    return ops.sum(squares, axis=tuple(range(1, len(gradients.shape))))
