"""Where tiles are cut: every place is drawn by one number, given by (seed, epoch, index)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kgen.data.tiles.layout import Section
from kgen.types import Array

SAMPLINGS = "location", "image"


class Locations(NamedTuple):
    """Tiles by their section's index and the row and column of their first pixel, int64 (n,)."""

    sections: np.ndarray
    rows: np.ndarray
    columns: np.ndarray

    def __len__(self) -> int:
        return len(self.sections)

    def __getitem__(self, part: Array | slice) -> "Locations":
        return Locations(*(values[part] for values in tuple(self)))


class Fields:
    """Rectangles of places where a tile may begin, and the probability of each rectangle.

    With ``sampling="location"``, every place of every section is equally likely: every pixel is
    seen equally often, and the loss is the mean over the tissue. With ``"image"``, every section is
    equally likely: small ones are seen more often than their share of the tissue.

    Args:
        sections: int array (n,), the section of each rectangle.
        origins: int array (n, 2), the first row and column of each.
        sizes: int array (n, 2), the number of rows and columns of places in each.
        sampling: ``"location"`` or ``"image"``.
    """

    def __init__(
        self,
        sections: Array | Sequence[int],
        origins: Array | Sequence[tuple[int, int]],
        sizes: Array | Sequence[tuple[int, int]],
        sampling: str = "location",
    ):
        self.sections, self.origins, self.sizes = map(
            np.asarray, (sections, origins, sizes)
        )
        self.places = self.sizes.prod(axis=1)
        weights = self.places / self.places.sum()
        if sampling == "image":
            _, owners = np.unique(self.sections, return_inverse=True)
            weights = (
                self.places
                / np.bincount(owners, self.places)[owners]
                / (owners.max() + 1)
            )
        self.weights = weights
        self._edges = np.concatenate([[0.0], np.cumsum(weights)])

    def at(self, numbers: Array) -> Locations:
        """The location that belongs to each number in [0, 1)."""
        fields = np.clip(
            np.searchsorted(self._edges, numbers, "right") - 1, 0, len(self.places) - 1
        )
        return self.within(
            fields, (numbers - self._edges[fields]) / self.weights[fields]
        )

    def within(self, fields: Array, numbers: Array) -> Locations:
        """The location in each of these rectangles that belongs to a number in [0, 1)."""
        places = np.clip(
            (numbers * self.places[fields]).astype("int64"), 0, self.places[fields] - 1
        )
        rows, columns = np.divmod(places, self.sizes[fields, 1])
        return Locations(
            self.sections[fields],
            self.origins[fields, 0] + rows,
            self.origins[fields, 1] + columns,
        )


def whole(
    sections: Sequence[Section], tile_size: int, sampling: str = "location"
) -> Fields:
    """One rectangle per section: all of its places."""
    sizes = [section.corners(tile_size) for section in sections]
    return Fields(
        np.arange(len(sections)), np.zeros((len(sections), 2), "int64"), sizes, sampling
    )


def numbers(seed: int, epoch: int, start: int, count: int) -> Array:
    """The numbers in [0, 1) of an epoch from index ``start`` on; others are not computed."""
    bits = np.random.Philox(key=[seed, epoch])
    bits.advance(start // 4)  # a step of Philox gives four
    return (bits.random_raw(start % 4 + count)[start % 4 :] >> 11) * 2.0**-53
