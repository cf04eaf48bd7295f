from abc import ABC, abstractmethod


class Detects(ABC):
    """Scores how much a value x differs from the training values; a page writes ``strangeness``."""

    @abstractmethod
    def strangeness(self, x):
        """The score (n,) of scaled values, larger for anomalies; tensors."""

    def detect(self, x):
        """The anomaly score of each value, (n,)."""
        return self.asked_of(self.strangeness, x=x)
