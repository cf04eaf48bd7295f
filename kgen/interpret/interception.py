"""Notes or replaces calls within a network while it runs; afterwards it is what it was."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import keras

from kgen.types import Tensor


class Call(NamedTuple):
    """One call of an operation in a forward pass."""

    operation: keras.Operation
    inputs: tuple
    outputs: Any


def operations_of(network: keras.Layer) -> list[keras.Operation]:
    """Every layer within a network, however deep, and the operations between layers."""
    layers = network._flatten_layers()  # Keras has no public way to all of them
    found = list(layers)
    for layer in layers:
        if isinstance(layer, keras.Function):
            found += layer.operations
    return list(dict.fromkeys(found))


@contextlib.contextmanager
def replaced(
    operations: Iterable[keras.Operation],
    name: str,
    make: Callable[[keras.Operation, Any], Any],
) -> Iterator[None]:
    """Within, ``make(operation, its own)`` replaces an attribute or a method of operations."""
    with contextlib.ExitStack() as stack:
        for operation in operations:
            new = make(operation, getattr(operation, name))
            stack.enter_context(_one_replaced(operation, name, new))
        yield


@contextlib.contextmanager
def _one_replaced(operation, name, new):
    # This bypasses the layer's own setters, which track what is set and refuse it after building.
    missing = object()
    kept = vars(operation).get(name, missing)
    object.__setattr__(operation, name, new)
    try:
        yield
    finally:
        if kept is missing:
            object.__delattr__(operation, name)
        else:
            object.__setattr__(operation, name, kept)


def calls_of(
    operations: Iterable[keras.Operation], run: Callable[[], Any]
) -> tuple[Any, list[Call]]:
    """What ``run()`` returns, and all calls of the operations, in the order in which they ended."""
    found = []

    def noting(operation, call):
        def noted(*args, **options):
            outputs = call(*args, **options)
            found.append(Call(operation, args, outputs))
            return outputs

        return noted

    with replaced(operations, "call", noting):
        return run(), found


def is_leaf(operation: keras.Operation) -> bool:
    """Whether an operation holds no others."""
    return (
        not isinstance(operation, keras.layers.Layer)
        or len(operation._flatten_layers()) == 1
    )


def leading(final: Tensor, found: Sequence[Call]) -> list[Call]:
    """The calls of a pass without those that lead to other outputs alone.

    Of a network without a graph, these are other heads: outputs that no call takes.
    """
    taken = _ids([call.inputs for call in found])
    several = [call for call in found if isinstance(call.outputs, list | tuple | dict)]
    heads = _ids([call.outputs for call in several]) - taken - {id(final)}
    others = set().union(*(_beside(final, call) for call in several))
    return [
        call
        for call in found
        if id(call.outputs) not in heads and call.operation not in others
    ]


def _beside(final, call):
    """The operations of a called network that do not lead to its output ``final``."""
    network = call.operation
    made = [id(output) for output in keras.tree.flatten(call.outputs)]
    if not isinstance(network, keras.Function) or id(final) not in made:
        return set()
    meant = keras.tree.flatten(network.outputs)[made.index(id(final))]
    # Casts between layers are no calls, so that the graph is asked, not the tensors.
    part = keras.Model(network.inputs, meant)
    return set(operations_of(network)) - set(operations_of(part)) - {network}


def _ids(tensors):
    return set(map(id, keras.tree.flatten(tensors)))
