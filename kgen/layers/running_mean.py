import keras

from kgen.types import Shape


def add_running_mean(layer: keras.Layer, shape: Shape) -> keras.Variable:
    """A weight ``mean`` of a layer, at first 0, which the layer moves itself in training."""
    return layer.add_weight(
        shape=shape,
        initializer="zeros",
        trainable=False,
        dtype="float32",
        autocast=False,  # in half precision, small moves would be rounded away
        aggregation="mean",
        name="mean",
    )
