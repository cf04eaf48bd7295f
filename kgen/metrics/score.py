from typing import NamedTuple


class Score(NamedTuple):
    """A metric of a model, where they have one that of real values and of a trivial baseline, and its interval."""

    value: float
    real: float | None = None
    baseline: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def ratio(self):
        """The value in units of the floor, real against real: what may be compared between machines."""
        return self.value / self.real if self.real else None
