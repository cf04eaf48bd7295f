from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from kgen import checks
from kgen.data.pieces import pieces_of
from kgen.fields import Field, Label, Numeric
from kgen.types import Array, Arrays

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True)
class Split:
    """Values of several fields as they are stored, often bytes; models scale them in batches.

    Args:
        values: dict from a field's name to an array (n, …).
        fields: dict from the same names to their ``kgen.fields.Field``.
        facts: dict from a name, such as ``"subject"`` or ``"factors"``, to an array (n, …); tests
            and reports read them, models never do.
        grey: the field of the pixels of ``x`` if streams draw every pixel anew as 0 or 1, with its
            brightness as the probability of 1; else ``None``.
        flip: whether streams mirror a random half of ``x`` left to right.

    Example:
        >>> split = kgen.data.load("digits").train
        >>> split["x"].shape, split["x"].dtype, float(split.scaled().max())
        ((1212, 8, 8, 1), dtype('uint8'), 1.0)
    """

    values: Arrays
    fields: Mapping[str, Field]
    facts: Arrays = field(default_factory=dict)
    grey: Field | None = None
    flip: bool = False

    def __post_init__(self):
        facts = {f"fact {name}": values for name, values in self.facts.items()}
        checks.check_same_length(**self.values, **facts)

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    @property
    def labels(self) -> Array | None:
        """The classes of the values; ``None`` if there are none."""
        return self.values["y"] if isinstance(self.fields.get("y"), Label) else None

    @property
    def class_weights(self) -> dict[int, float]:
        """The class weights n / (K n_c) that balance all classes; their mean over values is 1."""
        labels, classes = cast(Array, self.labels), cast(Label, self.fields["y"])
        counts = np.bincount(labels, minlength=classes.num_classes)
        present = counts > 0
        weights = len(self) / (present.sum() * np.maximum(counts, 1))
        return dict(enumerate(np.where(present, weights, 0.0).tolist()))

    def scaled(self, name: str = "x") -> Array:
        """All values of a field as networks take them."""
        return self._field(name).scaled(self.values[name])

    def comparable(self, name: str = "x") -> Array:
        """All values of a field as metrics compare them: images between 0, black, and 1, white."""
        return self._field(name).comparable(self.values[name])

    @property
    def binary(self) -> bool:
        """Whether every pixel is black or white."""
        x = cast(Numeric, self._field("x"))
        return bool(np.isin(self["x"], (x.low, x.high)).all())

    def steps(self, batch_size: int, steps_at_once: int = 1) -> int:
        """``steps_per_epoch`` for ``fit``: the full batches, rounded down to ``steps_at_once``."""
        return len(self) // batch_size // steps_at_once * steps_at_once

    def batches(
        self,
        batch_size: int,
        seed: int = 0,
        first_epoch: int = 0,
        part: tuple[int, int] = (0, 1),
        steps_at_once: int = 1,
    ) -> "tf.data.Dataset":
        """An endless ``tf.data`` stream of full, shuffled batches: x, (x, y), or a dict of fields.

        The order is a pure function of (seed, epoch, index): a stream that begins at
        ``first_epoch`` continues exactly like one that arrives there. The few values left over at
        the end of an epoch differ from epoch to epoch. With ``part=(i, n)``, the stream has the
        i-th of n equal parts of every batch, for process i. An epoch is a multiple of
        ``steps_at_once`` batches.
        """
        steps = self.steps(batch_size, steps_at_once)
        check_batch_size(len(self), batch_size, steps_at_once, steps)
        from kgen.data import streams  # needs TensorFlow, which arrays alone do without

        return streams.endless(self, batch_size, steps, seed, first_epoch, part)

    def ordered(
        self, batch_size: int = 500, part: tuple[int, int] = (0, 1)
    ) -> "tf.data.Dataset":
        """All values once, in order, as ``tf.data`` batches; ``part`` as in ``batches``."""
        from kgen.data import streams

        return streams.once(self, batch_size, part)

    def subset(self, indices: Array | slice) -> Self:
        """The values at ``indices``."""
        return replace(
            self, values=at(self.values, indices), facts=at(self.facts, indices)
        )

    def drawn(self, seed: int) -> "Split":
        """A copy with every pixel drawn once as 0 or 1, its brightness the probability of 1."""
        random = np.random.default_rng(seed)
        pieces = []
        for part in self.parts(1000):
            pieces.append(random.random(part["x"].shape) < part.comparable())
        return binary(replace(self, grey=None), np.concatenate(pieces).astype("uint8"))

    def examples(self, count: int) -> Self:
        """Some values to look at: with classes, the first of each, then the second of each."""
        order = (
            np.arange(len(self)) if self.labels is None else _one_of_each(self.labels)
        )
        return self.subset(order[:count])

    def parts(self, size: int) -> list[Self]:
        """The split in consecutive pieces of ``size`` values, the last one smaller."""
        return list(map(self.subset, pieces_of(len(self), size)))

    def _field(self, name):
        return self.grey if self.grey is not None and name == "x" else self.fields[name]


def binary(split: Split, pixels: Array | None = None) -> Split:
    """A split of pixels 0 or 1; ``pixels`` replace its own, unless streams draw them."""
    black_and_white = split.fields["x"].replaced(
        low=0, high=1, span=(0.0, 1.0), dtype="uint8", learned=False
    )
    values = split.values if pixels is None else {**split.values, "x": pixels}
    return replace(split, values=values, fields={**split.fields, "x": black_and_white})


def check_batch_size(
    count: int, batch_size: int, steps_at_once: int, steps: int
) -> None:
    """Raises if the training values do not fill a batch."""
    if steps == 0:
        wanted = f"batch_size={batch_size}"
        wanted += f" times steps_per_execution={steps_at_once}" * (steps_at_once > 1)
        raise ValueError(
            f"{wanted} is larger than the {checks.counted(count, 'training value')}; make it "
            "smaller."
        )


def at(arrays: Arrays, indices: Array | slice | Sequence[int]) -> dict[str, Array]:
    """The values at ``indices`` of each array, by name."""
    return {name: values[indices] for name, values in arrays.items()}


def _one_of_each(labels):
    # The first of every class, then the second of each.
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], labels[order])
    rank = np.empty(len(labels), int)
    rank[order] = np.arange(len(labels)) - starts
    return np.lexsort((labels, rank))
