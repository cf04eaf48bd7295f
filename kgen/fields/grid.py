from typing import Self

from kgen.fields.field import Field, option
from kgen.fields.numeric import Numeric, with_channels
from kgen.types import Array


class Grid(Numeric):
    """Base class of fields on a regular grid, channels last, as convolutions need them.

    ``rank`` is the number of grid axes, ``least_side`` the fewest points along one of them.
    """

    layout = ""  # shape of an array of such values, in words
    rank = 2
    least_side = 4

    @classmethod
    def of(cls, values: Array, name: str) -> Self:
        values = with_channels(values, cls.rank)
        cls.check_grid(values, name, cls.layout)
        field = cls(values.shape[1:], None, None, dtype=values.dtype.name)
        field.check(values, name)
        return field

    def stored(self, values: Array) -> Array:
        return with_channels(values, self.rank)

    @property
    def cell(self) -> tuple[float, float]:
        """A picture half an inch high."""
        height, width = self.shape[:2]
        return 0.5 * width / height, 0.5

    @classmethod
    def check_grid(cls, values: Array, name: str, layout: str) -> None:
        """Raises unless an array (n, …) is a set of such grids with their channels."""
        if values.ndim != cls.rank + 2:
            raise ValueError(
                f"{name} of shape {values.shape} holds no {cls.noun}s: they are {layout}. Say what "
                f"the array is, e.g. {option(name, 'vector')}."
            )
        if not values.size:
            raise ValueError(f"{name} of shape {values.shape} holds no values.")
        if min(values.shape[1:-1]) < cls.least_side:
            raise ValueError(
                f"{name} of shape {values.shape} holds {cls.noun}s with a side of fewer than "
                f"{cls.least_side} points, too few for convolutions. Resize or pad them, or "
                f"flatten them into vectors: {option(name, 'vector')}."
            )


def check_one_grid(alike: bool = False, **fields: Field) -> None:
    """Raises unless two fields lie on one grid, and with ``alike`` also have as many channels."""
    (first, one), (second, other) = fields.items()
    if one.shape[:-1] != other.shape[:-1]:
        told = "bring each pair to one grid before, or their points do not match."
        raise ValueError(f"{first} is {one} and {second} {other}: {told}")
    if alike and one.shape != other.shape:
        told = "bring both to as many channels, such as with the option channels=1 of the data."
        raise ValueError(f"{first} is {one} and {second} {other}: {told}")
