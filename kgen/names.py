"""Lists of names, values by name, and names of numbers."""

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


def selected(values: Mapping[str, Value], names: Iterable[str]) -> dict[str, Value]:
    """The values of these names, in the order of the names; a name without a value is skipped."""
    return {name: values[name] for name in names if name in values}


def remaining(values: Mapping[str, Value], names: Iterable[str]) -> dict[str, Value]:
    """The values of all other names, in their order."""
    return selected(values, without(values, names))


def column_of(rows: Iterable[Mapping[str, Value]], name: str) -> list[Value]:
    """The value of one name in every row."""
    return [row[name] for row in rows]


def mapped(
    function: Callable[..., Value], values: Mapping[str, Any], *arguments: Any
) -> dict[str, Value]:
    """What a function of each value, and of the same ``arguments``, returns, by name."""
    return {name: function(value, *arguments) for name, value in values.items()}


def assigned(values: Mapping[str, object]) -> list[str]:
    """``NAME=VALUE`` of each value."""
    return [f"{name}={value}" for name, value in values.items()]


def numbered(noun: str, numbers: Iterable[object]) -> list[str]:
    """The noun with each of the numbers, such as unit 3 and unit 7."""
    return [f"{noun} {number}" for number in numbers]


def formatted(numbers: Iterable[float], form: str) -> list[str]:
    """Each number as a text of this form, such as ``.2f``."""
    return [format(number, form) for number in numbers]
