"""Options of a data set: the parameters of its source's ``read``, with their types."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from kgen.checks import hint
from kgen.names import without
from kgen.reading import as_kind

# The default of options that take several names: a tuple, as a list could be changed.
NO_NAMES: list = ()  # type: ignore[assignment]


def defaults_of(read: Callable) -> dict[str, Any]:
    """The defaults of the options that a source takes."""
    return {name: parameter.default for name, parameter in options_of(read).items()}


def options_of(read: Callable) -> dict[str, inspect.Parameter]:
    """The parameters of the options that a source takes."""
    parameters = list(inspect.signature(read).parameters.values())[2:]
    return {
        p.name: p for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD
    }


def parsed(read: Callable, dataset: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Options, given as texts or values, as the source takes them; raises for unknown ones."""
    known = options_of(read)
    parameters = inspect.signature(read).parameters.values()
    kinds = [parameter.kind for parameter in parameters]
    takes_fields = inspect.Parameter.VAR_KEYWORD in kinds
    values = {}
    for name, value in given.items():
        if name.replace("-", "_") in known:
            name = name.replace("-", "_")
            values[name] = _value(name, value, known[name].annotation)
        elif takes_fields:
            values[name] = value
        else:
            raise ValueError(_unknown(name, dataset, known))
    return values


def _unknown(name, dataset, known):
    takes = ", ".join(known) or "none"
    return (
        f"{name}: {dataset} has no such option.{hint(name, known)} "
        f"The data set {dataset!r} takes {takes}."
    )


def _value(name, value, annotation):
    if isinstance(annotation, types.UnionType):
        kinds = without(typing.get_args(annotation), [type(None)])
        if value is None or (value == "none" and str not in kinds):
            return None
        annotation = kinds[0]
    return as_kind(name, value, annotation)
