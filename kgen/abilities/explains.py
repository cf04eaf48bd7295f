from abc import ABC, abstractmethod


class Explains(ABC):
    """Gives answers on a value x that ``kgen.interpret`` explains; a page writes ``answers``."""

    @abstractmethod
    def answers(self, x):
        """Class logits (n, k), or a number (n, 1), of scaled values; tensors, differentiable."""
