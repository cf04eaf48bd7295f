from abc import abstractmethod

from keras import ops

from kgen.abilities.ability import Ability
from kgen.types import Array, Tensor


class Classifies(Ability):
    """Predicts the class y of a value x; a page writes ``class_logits``."""

    @abstractmethod
    def class_logits(self, x: Tensor) -> Tensor:
        """The logit of every class, (n, num_classes), of scaled values; tensors."""

    def classify(self, x: Array) -> Array:
        """The probability of every class, (n, num_classes)."""
        return self.asked_of(self._classified, x=x)

    def _classified(self, x):
        return ops.softmax(self.class_logits(x))
