from keras import ops

from kgen.types import Tensor


def feature_loss(features: Tensor, others: Tensor) -> Tensor:
    """½ ‖features − others‖², nats per image: −log N(features | others, I) without its constant.

    Reference:
        Larsen et al., Autoencoding beyond pixels using a learned similarity metric, 2016,
        arXiv:1512.09300
    """
    difference = ops.cast(features, "float32") - ops.cast(others, "float32")
    return 0.5 * ops.sum(
        ops.square(difference), axis=tuple(range(1, len(difference.shape)))
    )
