import contextlib
import copy
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Self, TypeAlias

import keras
import numpy as np
from keras import ops

from kgen import checks, console, fields
from kgen.abilities import Explains
from kgen.engine.backend import compiled
from kgen.interpret import outputs
from kgen.interpret.interception import Call, calls_of, operations_of
from kgen.metrics.checks import finite
from kgen.names import formatted
from kgen.types import Array, Shape, Tensor

NUMBERS, MOST = 2**21, 128  # of a piece: numbers of its values, and values
FEW = 2  # pieces that are not worth tracing
# The class that is explained: one for all values, or one each, by number or name.
Target: TypeAlias = int | str | Sequence[int | str] | Array


class Subject:
    """A model under explanation: scaled values in, one row of answers per value out.

    A last softmax or sigmoid is undone.

    Args:
        model: a Keras model or layer with one input, or a kgen model with the ability ``Explains``.
        x: array (n, …), the values, in stored units.
        output: name or number of the output that is explained, of a network with several.

    Raises:
        ValueError: if values have another shape, or the network has several outputs and none is
            named.

    Example:
        >>> with Subject(model, images).opened() as subject:
        ...     found = subject.answered.argmax(axis=1)
    """

    def __init__(self, model: keras.Layer, x: Array, output: str | int | None = None):
        self.model, self.own = model, isinstance(model, Explains)
        self.field = model.fields["x"] if self.own else None
        self.stored = self._checked(np.asarray(x))
        self.x = self.scaled(self.stored)
        self.operations = operations_of(model)
        self.output, self.squash, self.binary = None, None, False
        if not self.own:
            self.output = outputs.chosen(model, model(self.first), output)

    def weighted(self) -> AbstractContextManager[None]:
        """The model with the weights that it answers with: their average, where it keeps one."""
        return self.model.averaged() if self.own else contextlib.nullcontext()

    @contextlib.contextmanager
    def opened(self) -> Iterator[Self]:
        """The same, and without a last softmax or sigmoid, as it is explained."""
        with self.weighted(), self._unsquashed():
            self.answered = self.in_batches(self.answers, self.x)
            yield self

    # ---- what it answers -------------------------------------------------------------------------

    def answers(self, x: Tensor) -> Tensor:
        """The answers (n, k) of scaled values: logits of k classes, or one number; tensors."""
        answers = ops.cast(self._raw(x), "float32")
        answers = answers if len(answers.shape) > 1 else ops.expand_dims(answers, -1)
        # One number through a sigmoid is the probability of the second of two classes.
        return ops.concatenate([-answers, answers], axis=-1) if self.binary else answers

    def scores(self, x: Tensor, targets: Tensor) -> Tensor:
        """The explained answer of each value, (n,); tensors."""
        return _picked(self.answers(x), targets)

    def probabilities(self, x: Tensor) -> Tensor:
        """The answers as probabilities, where they are classes; tensors."""
        answers = self.answers(x)
        if self.squash == "sigmoid":
            return ops.sigmoid(answers)
        return ops.softmax(answers) if answers.shape[-1] > 1 else answers

    def certainties(self, x: Tensor, targets: Tensor) -> Tensor:
        """The probability of each value's explained class, or the number; tensors."""
        return _picked(self.probabilities(x), targets)

    def answered_anew(self) -> Array:
        """Class probabilities or numbers in stored units, (n, k); untraced, so noise is redrawn."""
        found = self.in_batches(self.probabilities, self.x, traced=False)
        return (
            self.model.fields["y"].unscaled(found)
            if self.own and found.shape[1] == 1
            else found
        )

    def targets(self, target: Target | None = None) -> Array:
        """The number of each value's explained answer, int32 (n,); by default the highest one's."""
        if target is None:
            return self.answered.argmax(axis=1).astype("int32")
        numbers = np.asarray(self._number(target))
        count = self.answered.shape[1]
        if numbers.shape not in {(), (len(self.x),)} or numbers.dtype.kind not in "iu":
            raise ValueError(
                f"target={target!r} is not one class, "
                f"or one whole number for each of {len(self.x)} values."
            )
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < count:
            classes = f"classes are 0 to {count - 1}"
            told = (
                classes if count > 1 else "it answers with one number: leave target out"
            )
            raise ValueError(f"target={target!r} is no answer of this network; {told}.")
        return np.ascontiguousarray(
            np.broadcast_to(numbers.astype("int32"), len(self.x))
        )

    def told(self, targets: Array) -> list[str]:
        """A text per value: what its explained answer is called, and how large it is."""
        certain = self.in_batches(self.certainties, self.x, targets)
        if self.answered.shape[1] > 1:
            names = self.names or range(self.answered.shape[1])
            shares = zip(targets, certain, strict=True)
            return [f"{names[target]}: {share:.0%}" for target, share in shares]
        if not self.own:
            return formatted(certain, ".3g")
        field = self.model.fields["y"]
        return [
            f"{number:.3g} {field.unit or ''}".strip()
            for number in field.unscaled(certain)
        ]

    @property
    def names(self) -> list[str] | None:
        """The names of the classes, where they are known."""
        label = self.model.fields.get("y") if self.own else None
        return label.class_names if isinstance(label, fields.Label) else None

    def part(self, some: slice | Array) -> Self:
        """The same opened model with some of the values."""
        other = copy.copy(self)
        other.x, other.stored, other.answered = (
            self.x[some],
            self.stored[some],
            self.answered[some],
        )
        return other

    # ---- the values ------------------------------------------------------------------------------

    @property
    def first(self) -> Tensor:
        """The first value alone, a tensor."""
        return ops.convert_to_tensor(self.x[:1])

    @property
    def grid(self) -> Shape:
        """The sides of a value without its channels; of a vector the number of its features."""
        shape = self.x.shape[1:]
        return shape[:-1] if len(shape) > 1 else shape

    def scaled(self, values: Array) -> Array:
        """Stored values as the network takes them."""
        return np.asarray(
            values if self.field is None else self.field.scaled(values), "float32"
        )

    def shades(self) -> Array:
        """The values between 0 and 1, as figures show them."""
        if self.own and isinstance(self.field, fields.Image):
            return self.field.comparable(self.stored)
        low, high = self.x.min(), self.x.max()
        return (self.x - low) / max(high - low, 1e-12)

    def baseline(self, given: float | Array | None = None) -> Array:
        """A scaled value without evidence, of the values' shape; raises outside their range."""
        ends = self.field
        low, high = (
            (ends.low, ends.high) if ends else (self.stored.min(), self.stored.max())
        )
        if given is None:
            given = ends.mean if ends and ends.standardised else low
        given = np.asarray(given)
        if np.any(given < low) or np.any(given > high):
            raise ValueError(
                f"baseline={given} lies outside the values, {low} to {high}. Give one within them."
            )
        try:
            filled = np.broadcast_to(given, self.stored.shape[1:])
        except ValueError as error:
            raise ValueError(
                f"baseline of shape {given.shape} is no value of shape {self.stored.shape[1:]}."
            ) from error
        return self.scaled(filled[None])[0]

    # ---- how it is run ---------------------------------------------------------------------------

    def in_batches(
        self, function: Callable[..., Tensor], *arrays: Array, **options: Any
    ) -> Array:
        """The outputs of a function of tensors for arrays (n, …), joined."""
        pieces = [made for _, made in self.pieces(function, *arrays, **options)]
        return keras.tree.map_structure(lambda *parts: np.concatenate(parts), *pieces)

    def pieces(
        self,
        function: Callable[..., Tensor],
        *arrays: Array,
        what: str = "Explaining",
        traced: bool = True,
    ) -> Iterator[tuple[slice, Array]]:
        """The same piece by piece, each with its slice; pieces of one size and bounded memory."""
        count = len(arrays[0])
        size = piece(count, self.x.shape[1:])
        starts = range(0, count, size)
        run = compiled(function) if traced and len(starts) > FEW else function
        for start in console.over(starts, what):
            place = slice(start, min(start + size, count))
            made = run(*(_tensor(array[place], size) for array in arrays))
            yield (
                place,
                keras.tree.map_structure(
                    partial(_array, count=place.stop - start), made
                ),
            )

    def pass_noted(self) -> tuple[Tensor, list[Call]]:
        """The output of a forward pass of the first value, and its calls in order of their end."""
        return calls_of(self.operations, lambda: self._raw(self.first))

    # ---- pieces ----------------------------------------------------------------------------------

    def _raw(self, x):
        if self.own:
            return self.model.answers(x)
        return self.model(x) if self.output is None else self.model(x)[self.output]

    @contextlib.contextmanager
    def _unsquashed(self):
        final, found = self.pass_noted()
        if len(final.shape) > 2:
            raise ValueError(
                f"The output has the shape {tuple(final.shape)}; "
                "what is explained is one row of answers a value."
            )
        last = outputs.squashing(found, final)
        if last is None:
            yield
            return
        self.squash = last[1]
        self.binary = self.squash == "sigmoid" and math.prod(final.shape[1:]) == 1
        with outputs.undone(*last):
            yield

    def _number(self, target):
        if isinstance(target, str):
            return self.names.index(
                checks.check_known("class", target, self.names or ())
            )
        return (
            [self._number(one) for one in target]
            if isinstance(target, list | tuple)
            else target
        )

    def _checked(self, values):
        if values.ndim and not len(values):
            raise ValueError("x holds no values. Give at least one.")
        if self.own:
            self.field.check(values, "x")
            return values
        if isinstance(self.model, keras.Function) and len(self.model.inputs) > 1:
            raise ValueError(
                f"{self.model.name!r} has {len(self.model.inputs)} inputs; "
                "a network of one is explained."
            )
        wanted = self._input_shape()
        if values.ndim < 2 or (wanted and not _fits(values.shape[1:], wanted)):
            size = ", ".join(
                "any" if side is None else str(side) for side in wanted or ("…",)
            )
            raise ValueError(
                f"x has the shape {values.shape}; "
                f"this network takes (n, {size}). {_way_there(values, wanted)}"
            )
        finite("x", values)
        return values

    def _input_shape(self):
        known = (
            isinstance(self.model, keras.Function | keras.Sequential)
            and self.model.inputs
        )
        return tuple(self.model.inputs[0].shape[1:]) if known else None


def piece(count: int, shape: Shape) -> int:
    """How many values of a shape run at a time, so that the last piece is hardly shorter."""
    most = max(1, min(MOST, NUMBERS // math.prod(shape)))
    return math.ceil(count / math.ceil(max(count, 1) / most)) or 1


def _tensor(values, size):
    """Values as a tensor; a short last piece is filled up with its last value."""
    short = size - len(values)
    return ops.convert_to_tensor(
        np.concatenate([values, np.repeat(values[-1:], short, axis=0)])
        if short
        else values
    )


def _picked(answers, targets):
    """The answer (n,) of each value at its target; tensors."""
    return ops.take_along_axis(answers, ops.expand_dims(targets, -1), axis=-1)[:, 0]


def _array(tensor, count):
    return ops.convert_to_numpy(tensor)[:count]


def _fits(shape, wanted):
    if len(shape) != len(wanted):
        return False
    return all(side in (None, own) for own, side in zip(shape, wanted, strict=True))


def _way_there(values, wanted):
    """Advice on what most likely makes values fit."""
    if wanted and _fits(values.shape, wanted):
        return "One value is x[None]."
    if wanted and _fits((*values.shape[1:], 1), wanted):
        return "Add the axis of channels: x[..., None]."
    return "Crop, pad or resize the values."
