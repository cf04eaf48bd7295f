from dataclasses import dataclass
from typing import Any

from kgen.metrics import vessels
from kgen.types import Array

DIGITS = 4


@dataclass(frozen=True)
class Artery:
    """One drawn artery and its truth.

    Args:
        points: float array (n, 4), x, y, z and radius in mm, from the aorta on, equally spaced.
        branch: str, its name.
        stenosis: float, share by which the narrowest place of its stenosis narrows it; 0 for none.
        at: float in [0, 1], the place of the stenosis as a share of the length.

    Example:
        >>> from kgen.data.arteries import Arteries
        >>> artery = Arteries(seed=0).artery(person=3, branch="RCA")
        >>> artery.points.shape, artery.truth["tortuosity"] >= 1.0
        ((271, 4), True)
    """

    points: Array
    branch: str
    stenosis: float
    at: float

    @property
    def truth(self) -> dict[str, Any]:
        """What the table of the truth says of it."""
        told = {
            name: measure(self.points[None])[0] for name, measure in MEASURES.items()
        }
        numbers = {**told, "stenosis": self.stenosis, "stenosis_at": self.at}
        rounded = {name: round(float(value), DIGITS) for name, value in numbers.items()}
        return {"branch": self.branch, **rounded}


MEASURES = {
    "length": vessels.length,
    "tortuosity": vessels.tortuosity,
    "curvature": vessels.curvature,
    "mean_radius": vessels.mean_radius,
}
