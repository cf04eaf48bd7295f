"""Which of a network's outputs is explained, and the softmax or sigmoid at its end."""

import contextlib
import warnings
from collections.abc import Iterator, Sequence

import keras

from kgen.checks import check_known
from kgen.interpret.interception import Call, is_leaf, replaced
from kgen.types import Tensor, Tensors

SQUASHED = {"softmax", "sigmoid"}


def chosen(
    network: keras.Layer,
    outputs: Tensor | Sequence[Tensor] | Tensors,
    output: str | int | None,
) -> str | int | None:
    """The key of an output by name or number, ``None`` for a single output; raises if unclear."""
    if not isinstance(outputs, list | tuple | dict):
        return None if output is None else _refuse_name(output)
    named = _named(network, outputs)
    if output is not None:
        by_number = {str(key): key for key in named.values()}
        known = {str(name): key for name, key in named.items()} | by_number
        return known[check_known("output", str(output), known)]
    wide = [key for key in named.values() if outputs[key].shape[-1] > 1]
    if len(named) > 1 and len(wide) != 1:
        raise ValueError(
            f"The network has the outputs {', '.join(named)}; "
            "say which is explained with output=NAME."
        )
    return wide[0] if wide else next(iter(named.values()))


def squashing(
    found: Sequence[Call], final: Tensor
) -> tuple[keras.Operation, str] | None:
    """The operation of a last softmax or sigmoid, and which it is, from a pass; else ``None``."""
    last = [
        call.operation
        for call in found
        if call.outputs is final and is_leaf(call.operation)
    ]
    for operation in last[-1:]:
        name = _activation(operation) or type(operation).__name__.lower()
        if name in SQUASHED:
            return operation, name
    return None


@contextlib.contextmanager
def undone(operation: keras.Operation, name: str) -> Iterator[None]:
    """Within, leaves out a last softmax or sigmoid, and warns of it."""
    warnings.warn(
        f"{operation.name!r} ends in a {name}; "
        "it is left out, and the numbers before it are explained.",
        stacklevel=8,
    )
    if _activation(operation):
        with replaced(
            [operation], "activation", lambda _, own: keras.activations.linear
        ):
            yield
    else:
        with replaced(
            [operation], "call", lambda _, own: lambda x, *args, **options: x
        ):
            yield


def _activation(operation):
    """The name of a layer's activation if it is a softmax or a sigmoid, else an empty text."""
    activation = vars(operation).get("activation")
    for name in SQUASHED:
        if activation is getattr(keras.activations, name):
            return name
    return ""


def _named(network, outputs):
    if isinstance(outputs, dict):
        return {name: name for name in outputs}
    known = isinstance(network, keras.Function) and len(network.output_names) == len(
        outputs
    )
    names = network.output_names if known else map(str, range(len(outputs)))
    return {name: number for number, name in enumerate(names)}


def _refuse_name(output):
    raise ValueError(
        f"output={output!r}, but the network has one output: leave output out."
    )
