"""Which fields a model takes: the annotated parameters of its ``from_fields``."""

import difflib
import inspect
import types
import typing
from collections.abc import Mapping
from typing import Any

from kgen.fields import Field


def wanted(cls: type[Any]) -> dict[str, tuple[type[Field], ...]]:
    """The classes of field that a model takes, by the name of the field."""
    parameters = inspect.signature(cls.from_fields).parameters.values()
    kinds = {parameter.name: _classes(parameter.annotation) for parameter in parameters}
    return {name: classes for name, classes in kinds.items() if classes}


def refusal(cls: type[Any], fields: Mapping[str, Field]) -> str | None:
    """Why a model cannot take these fields, or ``None``."""
    for name, classes in wanted(cls).items():
        kinds = " or ".join(sorted(kind.__name__.lower() for kind in classes))
        if name not in fields:
            there = ", ".join(f"{other} ({field})" for other, field in fields.items())
            near = difflib.get_close_matches(name, fields, n=1, cutoff=0.4)
            hint = f" (did you mean {near[0]}? Call it {name})" if near else ""
            return f"{cls.__name__} takes the field {name}, a {kinds}; there is only {there}{hint}"
        if not isinstance(fields[name], classes):
            return (
                f"{cls.__name__} takes {name} as a {kinds}, and not as {fields[name]}"
            )
    return None


def taken(cls: type[Any], fields: Mapping[str, Field]) -> dict[str, Field]:
    """The given fields that a model takes; raises where it cannot take them."""
    reason = refusal(cls, fields)
    if reason:
        raise ValueError(f"{reason}.")
    return {name: fields[name] for name in wanted(cls)}


def _classes(annotation):
    kinds = (
        typing.get_args(annotation)
        if isinstance(annotation, types.UnionType)
        else (annotation,)
    )
    fields = [
        kind for kind in kinds if inspect.isclass(kind) and issubclass(kind, Field)
    ]
    return tuple(fields)
