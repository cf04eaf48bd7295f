"""Values of several fields on their way into a model: by name, whichever way they are given."""

import inspect
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np

from kgen.fields.arrays import native, seen
from kgen.fields.label import check_no_words
from kgen.types import Array, Arrays, Names, Tensor

# Arrays or tensors, several of them by name or in order, or a stream: what Keras takes.
Values: TypeAlias = Any

USUAL = "x", "y"  # the fields of values that come without names


def named(x: Values, y: Values = None, names: Names = USUAL) -> dict[str, Any]:
    """Values by the name of their field: a dict of them, a pair, or x with or without y."""
    if isinstance(x, dict):
        return {**x, **(y if isinstance(y, dict) else {} if y is None else {"y": y})}
    if y is None and isinstance(x, (tuple, list)) and len(x) in (1, 2):
        return dict(zip(names, x, strict=False))
    return {names[0]: x} if y is None else {names[0]: x, "y": y}


def is_stream(x: Values) -> bool:
    """Whether values come in batches."""
    return hasattr(x, "element_spec") or isinstance(x, keras.utils.PyDataset)


def first_batch(stream: Values) -> tuple[Any, Any, Any]:
    """Values, labels and sample weights of the first batch of a stream."""
    # The rest of a stream costs too much to look at; what is wrong with it mostly shows at once.
    batch = (
        stream[0] if isinstance(stream, keras.utils.PyDataset) else next(iter(stream))
    )
    return keras.utils.unpack_x_y_sample_weight(batch)


def first_checked(
    batches: Iterable[Any], check: Callable[[Any], object]
) -> Iterator[Any]:
    """The batches of a generator; ``check`` gets the values and labels of the first."""
    for number, batch in enumerate(batches):
        if number == 0:
            check(keras.utils.unpack_x_y_sample_weight(batch)[:2])
        yield batch


def arrays_of(
    x: Values, y: Values = None, names: Names | None = None
) -> dict[str, Array]:
    """Values by name as arrays, of a stream those of its first batch; only what can be read."""
    if is_stream(x):
        x, y, _ = first_batch(x)
    arrays = {
        name: _looked_at(values) for name, values in named(x, y, names or USUAL).items()
    }
    return {name: values for name, values in arrays.items() if hasattr(values, "dtype")}


def _looked_at(values):
    """Tensors, and lists of words, as arrays; anything else as it is."""
    words = (
        isinstance(values, (list, tuple))
        and len(values)
        and isinstance(values[0], (str, bytes))
    )
    return np.asarray(values) if words else seen(values)


def check_unused(given: Arrays, fields: Container[str]) -> None:
    """Raises for labels in words where the model has no field that would refuse them."""
    for name, values in given.items():
        if name not in fields:
            check_no_words(values, name)


def in_native_order(values: Values) -> Values:
    """Arrays in any structure or source in this machine's byte order; anything else as it is."""
    if inspect.isgenerator(values):
        return (in_native_order(batch) for batch in values)
    if isinstance(values, keras.utils.PyDataset):
        return values if _is_native(values[0]) else _Native(values)
    if isinstance(values, (dict, list, tuple)):
        return keras.tree.map_structure(native, values)
    return native(values)


def _is_native(batch):
    return all(native(values) is values for values in keras.tree.flatten(batch))


class _Native(keras.utils.PyDataset):
    """A ``PyDataset`` whose arrays are brought to the byte order of this machine."""

    def __init__(self, inner):
        options = {"use_multiprocessing": inner.use_multiprocessing}
        super().__init__(inner.workers, max_queue_size=inner.max_queue_size, **options)
        self.inner = inner

    def __len__(self):
        return len(self.inner)

    def __getitem__(self, number):
        return in_native_order(self.inner[number])

    def on_epoch_end(self):
        self.inner.on_epoch_end()


def weighed(x: Values, y: Values, weight: Values) -> tuple[Values, Values]:
    """Values and one array of labels: else Keras drops the weights, or wants them by name."""
    if weight is None or not (y is None or isinstance(y, dict)):
        return x, y
    values = named(x, y)
    return values, values.pop("y", weight)


def by_class(
    x: Values, y: Values, weights: Mapping[int, float] | None
) -> tuple[Values, Values]:
    """Values and labels apart, as Keras weighs them by class; raises where there are no labels."""
    if weights is None or inspect.isgenerator(x):
        return x, y
    if y is None and not is_stream(x):
        x = named(x)
        y = x.pop("y", None)
    if y is None and (not is_stream(x) or first_batch(x)[1] is None):
        raise ValueError(
            "class_weight needs labels: "
            "pass fit(x, y, class_weight=...), or batches of pairs (x, y)."
        )
    return x, y


def one_or_list(inputs: Sequence[Tensor]) -> Tensor:
    """What a network is called with: its one input, or the list of them."""
    return list(inputs) if len(inputs) > 1 else inputs[0]
