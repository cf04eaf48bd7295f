"""Lists of names, values by name, and names of numbers."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

Name = TypeVar("Name")
Key = TypeVar("Key")
Value = TypeVar("Value")
Kind = TypeVar("Kind")


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


def numbered(start: str, numbers: Iterable[int], digits: int = 1) -> list[str]:
    """Names of one ``start`` and a number each, with zeros up to ``digits``: gene_007."""
    return [f"{start}{number:0{digits}d}" for number in numbers]


def of_kind(things: Iterable[object], kind: type[Kind]) -> list[Kind]:
    """The things that are of a class."""
    return [thing for thing in things if isinstance(thing, kind)]


def picked(values: Mapping[Name, Value], names: Iterable[Name]) -> dict[Name, Value]:
    """The values of some names, in the order of these."""
    return {name: values[name] for name in names}


def renamed(values: Mapping[Key, Value], keys: Mapping[Name, Key]) -> dict[Name, Value]:
    """The values at ``keys``, by the names of these keys."""
    return {name: values[key] for name, key in keys.items()}


def present(values: Mapping[Name, Value | None]) -> dict[Name, Value]:
    """The values that are not ``None``, by name."""
    return {name: value for name, value in values.items() if value is not None}


def filled(values: Mapping[Name, Value | None]) -> dict[Name, Value]:
    """The values that are neither ``None`` nor empty, by name."""
    return {name: value for name, value in values.items() if value}


def told_by_name(values: Mapping[Name, Any]) -> str:
    """Names with their values in one line, such as x: images · y: labels."""
    return " · ".join(f"{name}: {value}" for name, value in values.items())


def selected(values: Mapping[Name, Value], names: Iterable[Name]) -> dict[Name, Value]:
    """The values of those names that have one, in the order of the names."""
    return picked(values, among(names, values))


def remaining(
    values: Mapping[Name, Value], names: Iterable[object]
) -> dict[Name, Value]:
    """The values of all other names, in their order."""
    return picked(values, without(values, names))


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


def formatted(numbers: Iterable[float], form: str) -> list[str]:
    """Each number as a text of this form, such as ``.2f``."""
    return [format(number, form) for number in numbers]
