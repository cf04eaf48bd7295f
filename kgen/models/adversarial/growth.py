import math
from dataclasses import dataclass

from kgen import checks
from kgen.networks.progressive import BASE, sizes

FADING = ", fading in"


@dataclass(frozen=True)
class Growth:
    """When a network grows: each size trains alone, and then the next fades in.

    Args:
        doublings: int ≥ 0, from the first size to the last.
        stable_epochs: int ≥ 1, epochs of a size before the next fades in.
        fade_epochs: int ≥ 1, epochs of a fade.

    Raises:
        ValueError: if a number of epochs is below 1.

    Example:
        >>> Growth(3, 2, 2).level_after(7)  # 1.5: in the middle of the second fade
    """

    doublings: int
    stable_epochs: int
    fade_epochs: int

    def __post_init__(self):
        checks.check_sizes(
            stable_epochs=self.stable_epochs, fade_epochs=self.fade_epochs
        )

    def level_after(self, epochs: float) -> float:
        """The doublings after so many epochs; a fraction within a fade."""
        period = self.stable_epochs + self.fade_epochs
        grown, rest = divmod(min(epochs, self.doublings * period), period)
        return grown + max(0.0, rest - self.stable_epochs) / self.fade_epochs

    def stage_after(self, epochs: float) -> str:
        """What is trained in the epoch that begins after so many."""
        start, end = self.level_after(epochs), self.level_after(epochs + 1)
        return f"{BASE * 2 ** math.ceil(end)} pixels{FADING if start < end else ''}"

    def ramp(self, epochs: float, steps: int | None) -> tuple[float, float]:
        """The level at the start of the epoch that begins then, and its rise with every step."""
        start, end = self.level_after(epochs), self.level_after(epochs + 1)
        if steps is None and start < end:
            raise ValueError(
                "steps_per_epoch=None: a size fades in over the steps of an epoch, and these "
                "values do not tell how many there are. Give fit a number of steps_per_epoch."
            )
        return start, (end - start) / (steps or 1)


def size_of(stage: str | None, side: int) -> tuple[int, list[int]]:
    """The side of the values in a stage and the sizes that may be fading in; of none, of all."""
    if stage is None:
        return side, sizes(side)
    side = int(stage.split()[0])
    return side, [side] if stage.endswith(FADING) else []
