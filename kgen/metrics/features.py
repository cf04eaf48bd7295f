import hashlib
import json

import keras
import numpy as np

from kgen.metrics.checks import check_values, finite
from kgen.types import Array

BATCH_SIZE = 500


class Features:
    """The features of a frozen network: the space in which samples and data are compared.

    Distances are comparable only within one network. ``hash`` identifies its weights and
    configuration, so that numbers from two machines, each with its own network, are not mixed up.

    Args:
        model: a built ``keras.Model`` with one output, from images in [0, 1] to features (n, d) or
            to maps, which are flattened. Start it with a ``Rescaling`` layer if it takes another
            range.

    Raises:
        ValueError: if the model has no weights yet, does not accept the images, or returns NaN.

    Example:
        >>> features = Features(keras.Model(network.inputs, network.layers[-2].output))
        >>> distance = frechet_distance(features(real), features(fake))
    """

    def __init__(self, model: keras.Model):
        if not isinstance(model, keras.Model) or not model.built:
            raise ValueError(
                f"model={model!r} is not a built keras.Model. "
                "Call it once on a batch of images first."
            )
        self.model = model
        self.hash = _hash(model)

    def __call__(self, images: Array) -> Array:
        """Features (n, d), float32, of images (n, height, width, channels) in [0, 1]."""
        images = np.asarray(images, "float32")
        check_values(images, self._shape(images), f"images for the network {self.hash}")
        features = self.model.predict(images, batch_size=BATCH_SIZE, verbose=0)
        if not isinstance(features, np.ndarray):
            raise ValueError(
                f"The network {self.model.name} gives {type(features).__name__} of outputs, "
                "not one."
            )
        return finite(f"features of the network {self.hash}", features).astype(
            "float32", copy=False
        )

    def _shape(self, images):
        # A subclassed model keeps no input shape; an open side (None) takes every size.
        inputs = (
            self.model.inputs
            if isinstance(self.model, keras.Sequential)
            else self.model.input_spec
        )
        first, *_ = keras.tree.flatten(inputs)
        wanted = (
            images.shape[1:]
            if first is None or first.shape is None
            else first.shape[1:]
        )
        if len(wanted) != images.ndim - 1:
            return wanted
        return tuple(
            have if want is None else want
            for want, have in zip(wanted, images.shape[1:], strict=True)
        )


def _hash(model):
    digest = hashlib.sha256(
        json.dumps(json.loads(model.to_json()), sort_keys=True).encode()
    )
    for weights in model.get_weights():
        digest.update(np.ascontiguousarray(weights).data)
    return digest.hexdigest()[:12]
