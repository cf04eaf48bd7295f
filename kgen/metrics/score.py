from typing import NamedTuple


class Score(NamedTuple):
    """A metric of a model, with its value of real data, of a baseline, and its interval, if any."""

    value: float
    real: float | None = None
    baseline: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value over its real-against-real reference: comparable between machines."""
        return self.value / self.real if self.real else None
