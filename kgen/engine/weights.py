"""Sample weights: one per value, in every mean."""

from keras import ops

from kgen.types import Tensor


def one_weight_each(weights: Tensor | None) -> Tensor | None:
    """Sample weights of shape (n,), given as (n,) or (n, 1); raises for others."""
    if weights is None:
        return None
    if isinstance(weights, (dict, list, tuple)) or any(
        size != 1 for size in _axes(weights)[1:]
    ):
        raise ValueError(
            f"sample_weight is {_told(weights)}; "
            "pass one number for each value, as an array of shape (n,)."
        )
    return ops.reshape(ops.cast(weights, "float32"), (-1,))


def weighted_mean(values: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Σ w v / Σ w, 0 without any weight, with the gradient of Σ w v / n; and Σ w."""
    products = weights * values
    followed, total = ops.mean(products), ops.sum(weights)
    mean = ops.divide_no_nan(ops.sum(products), total)
    return ops.stop_gradient(mean) + (followed - ops.stop_gradient(followed)), total


def _axes(weights):
    try:
        return tuple(weights.shape)
    except (
        ValueError
    ):  # TensorFlow, which forgets how many there are where batches differ in size
        return ()


def _told(weights):
    return (
        f"a {type(weights).__name__}"
        if isinstance(weights, (dict, list, tuple))
        else f"of shape {weights.shape}"
    )
