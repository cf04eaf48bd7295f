from abc import abstractmethod

from keras import ops

from kgen.abilities.ability import Ability
from kgen.types import Array, Tensor


class Segments(Ability):
    """Predicts the class of each pixel or voxel of x, its mask y; a page writes ``mask_logits``."""

    segments = True  # a model that may also be made for images says whether it was made for masks

    @abstractmethod
    def mask_logits(self, x: Tensor) -> Tensor:
        """The class logits at every point, (n, …, num_classes), of scaled values; tensors."""

    def segment(self, x: Array) -> Array:
        """The class of every point, (n, …), whole numbers."""
        return self.asked_of(self._segmented, x=x)

    def class_shares(self, x: Array) -> Array:
        """The probability of each class at every point, (n, …, num_classes)."""
        return self.asked_of(lambda scaled: ops.softmax(self.mask_logits(scaled)), x=x)

    def _segmented(self, x):
        return ops.argmax(self.mask_logits(x), axis=-1)
