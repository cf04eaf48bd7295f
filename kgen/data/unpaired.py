from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgen.data.split import Split, check_batch_size
from kgen.fields import Field
from kgen.types import Array

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True)
class UnpairedSplit:
    """Values of two or more domains without pairs between them, such as MR and CT scans.

    An epoch goes once through the largest domain; the others start again meanwhile, each time in a
    new order.

    Args:
        domains: dict from a field's name to a ``Split`` of that field alone.
    """

    domains: Mapping[str, Split]

    def __len__(self) -> int:
        return max(map(len, self.domains.values()))

    def __getitem__(self, name: str) -> Array:
        return self.domains[name][name]

    @property
    def fields(self) -> dict[str, Field]:
        return {name: split.fields[name] for name, split in self.domains.items()}

    def steps(self, batch_size: int, steps_at_once: int = 1) -> int:
        """Full batches per epoch, a multiple of ``steps_at_once``."""
        return len(self) // batch_size // steps_at_once * steps_at_once

    def batches(
        self,
        batch_size: int,
        seed: int = 0,
        first_epoch: int = 0,
        part: tuple[int, int] = (0, 1),
        steps_at_once: int = 1,
    ) -> "tf.data.Dataset":
        """Endless ``tf.data`` dicts of one batch per domain; arguments as in ``Split.batches``."""
        smallest = min(map(len, self.domains.values()))
        check_batch_size(smallest, batch_size, 1, smallest // batch_size)
        first = first_epoch * self.steps(batch_size, steps_at_once)
        feeds = {}
        for number, (name, split) in enumerate(self.domains.items()):
            epoch, behind = divmod(first, split.steps(batch_size))
            feeds[name] = split.batches(batch_size, seed + number, epoch, part).skip(
                behind
            )
        return _side_by_side(feeds)

    def ordered(
        self, batch_size: int = 500, part: tuple[int, int] = (0, 1)
    ) -> "tf.data.Dataset":
        """The values of every domain in order, as many as the smallest domain has."""
        count = min(map(len, self.domains.values()))
        feeds = {}
        for name, split in self.domains.items():
            feeds[name] = split.subset(slice(count)).ordered(batch_size, part)
        return _side_by_side(feeds)

    def subset(self, indices: Array | slice) -> "UnpairedSplit":
        """The values at ``indices`` of every domain; smaller domains start again at their end."""
        picked = {}
        for name, split in self.domains.items():
            picked[name] = split.subset(_within(indices, len(split)))
        return UnpairedSplit(picked)

    @property
    def labels(self) -> None:
        """None: domains have no classes."""
        return None

    @property
    def facts(self) -> dict[str, Array]:
        """Empty: the splits of the domains hold what is known of their values."""
        return {}

    def examples(self, count: int) -> "UnpairedSplit":
        """Some values of every domain to look at."""
        return self.subset(np.arange(min(count, len(self))))

    def scaled(self, name: str) -> Array:
        """All values of a domain as networks take them."""
        return self.domains[name].scaled(name)


def _side_by_side(feeds):
    from kgen.data import streams

    return streams.side_by_side(feeds)


def _within(indices, count):
    return (
        np.arange(count)[indices]
        if isinstance(indices, slice)
        else np.asarray(indices) % count
    )
