"""Lists of names, and values by name."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

Name = TypeVar("Name")
Value = TypeVar("Value")


def repeated(names: Iterable[Name]) -> list[Name]:
    """The names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def places(names: Iterable[Name], wanted: Iterable[Name]) -> list[int]:
    """The position of each wanted name in ``names``."""
    place = {name: number for number, name in enumerate(names)}
    return [place[name] for name in wanted]


def among(names: Iterable[Name], others: Iterable[object]) -> list[Name]:
    """The names that are in ``others`` too, in their order."""
    known = set(others)
    return [name for name in names if name in known]


def without(names: Iterable[Name], others: Iterable[object]) -> list[Name]:
    """The names that are not in ``others``, in their order."""
    known = set(others)
    return [name for name in names if name not in known]


def mapped(
    function: Callable[..., Value], values: Mapping[str, Any], *arguments: Any
) -> dict[str, Value]:
    """What a function of each value, and of the same ``arguments``, returns, by name."""
    return {name: function(value, *arguments) for name, value in values.items()}
