from abc import ABC, abstractmethod


class Explains(ABC):
    """Has answers that ``kgen.interpret`` leads back to the points of a value x; a page writes ``answers``."""

    @abstractmethod
    def answers(self, x):
        """Logits of classes (n, k), or a number (n, 1), of scaled values; tensors, differentiable."""
