from abc import ABC, abstractmethod

from keras import ops


class Classifies(ABC):
    """Predicts the class y of a value x; a page writes ``class_logits``."""

    @abstractmethod
    def class_logits(self, x):
        """The logit of every class, (n, num_classes), of scaled values; tensors."""

    def classify(self, x):
        """The probability of every class, (n, num_classes)."""
        return self.asked_of(self._classified, x=x)

    def _classified(self, x):
        return ops.softmax(self.class_logits(x))
