from collections.abc import Sequence
from typing import Any, Self

import keras
import numpy as np
from keras import ops

from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class Jointly(keras.layers.Layer):
    """Moves a value and its partner, an image or a mask, alike; points of a mask stay of one class.

    Args:
        layer: layer of a random spatial change, such as ``RandomAffine``. It fills with zeros; here
            these become the edge values.

    Example:
        >>> edges = {"x_edge": -1.0, "y_edge": [1.0, 0.0]}
        >>> x, y = Jointly(RandomAffine(rotation=5))(x, y, **edges, is_mask=True, training=True)
        >>> np.unique(y)
        array([0., 1.], dtype=float32)
    """

    def __init__(self, layer: keras.Layer, **kwargs: Any):
        super().__init__(**kwargs)
        self.layer = layer
        # Under JAX fit would call the whole model to build what has no weights to build.
        self.layer.build(None)
        self.build(None)

    def call(
        self,
        x: Tensor,
        y: Tensor,
        x_edge: float | Sequence[float],
        y_edge: float | Sequence[float],
        is_mask: bool = False,
        training: bool = False,
    ) -> tuple[Tensor, Tensor]:
        """The moved pair.

        Args:
            x, y: tensors (n, …, channels) on one grid.
            x_edge, y_edge: number, or one per channel: what comes in at the edges.
            is_mask: bool, whether y is a mask of 0 and 1.
            training: bool, whether anything is moved.
        """
        if not training:
            return x, y
        count = x.shape[-1]
        edges = [
            np.broadcast_to(edge, (part.shape[-1],))
            for edge, part in ((x_edge, x), (y_edge, y))
        ]
        edge = np.concatenate(edges).astype("float32")
        both = ops.concatenate(
            [ops.cast(x, "float32"), ops.cast(y, "float32")], axis=-1
        )
        both = self.layer(both - edge, training=training) + edge
        x, y = both[..., :count], both[..., count:]
        return x, _hardened(y) if is_mask else y

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "layer": keras.saving.serialize_keras_object(self.layer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(keras.saving.deserialize_keras_object(config.pop("layer")), **config)


def _hardened(masks):
    """Masks with interpolated points, each set to its most likely class."""
    if masks.shape[-1] == 1:
        return ops.cast(masks >= 0.5, "float32")
    return ops.one_hot(ops.argmax(masks, axis=-1), masks.shape[-1])
