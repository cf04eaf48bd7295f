from abc import ABC, abstractmethod


class Explains(ABC):
    """Tells what within a value x led to the model's answer; a page writes ``attributions``."""

    @abstractmethod
    def attributions(self, x):
        """A map of the shape of x, what every point adds to the answer, of scaled values; tensors."""

    def explain(self, x):
        """What every point of each value adds to the model's answer, (n, …)."""
        return self.asked_of(self.attributions, x=x)
