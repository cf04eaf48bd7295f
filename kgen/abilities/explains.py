from abc import abstractmethod

from kgen.abilities.ability import Ability
from kgen.types import Tensor


class Explains(Ability):
    """Gives answers on a value x that ``kgen.interpret`` explains; a page writes ``answers``."""

    @abstractmethod
    def answers(self, x: Tensor) -> Tensor:
        """Class logits (n, k), or a number (n, 1), of scaled values; tensors, differentiable."""
