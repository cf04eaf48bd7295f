from typing import Any

import keras
from keras import ops

from kgen import former_names
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class OneHot(keras.layers.Layer):
    """Whole-number labels as one-hot vectors, the input of conditional networks.

    Args:
        num_classes: int ≥ 1, K; labels run from 0 to K − 1.

    Example:
        >>> np.asarray(OneHot(3)(np.array([2])))
        array([[0., 0., 1.]], dtype=float32)
    """

    def __init__(self, num_classes: int, **kwargs: Any):
        # Labels must stay whole: a bfloat16 policy would round those above 256.
        super().__init__(autocast=False, **kwargs)
        self.num_classes = num_classes

    def call(self, labels: Tensor) -> Tensor:
        return ops.one_hot(
            ops.cast(labels, "int32"), self.num_classes, dtype=self.compute_dtype
        )


# Models saved before hold the former name.
keras.saving.get_custom_objects()[former_names.LAYERS["OneHot"]] = OneHot
