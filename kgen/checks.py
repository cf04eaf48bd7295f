"""Errors that name the argument, the value, the range and the fix."""

import difflib
import math
from collections.abc import Collection, Iterable, Sequence, Sized
from numbers import Integral, Real
from typing import Any

NAMED = 5  # names in a message


def check_number(
    name: str,
    value: Any,
    low: float,
    high: float,
    optional: bool = False,
    below: bool = False,
) -> None:
    """Raises unless ``value`` lies in [low, high], or in [low, high) with ``below``."""
    if value is None and optional:
        return
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not low <= value <= high or (below and value == high):
        raise ValueError(
            f"{name}={value!r} is not a number in [{low}, {high}{')' if below else ']'}."
        )


def is_number(value: object) -> bool:
    """Whether a value is a Python number; a bool is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_weights(**weights: float) -> None:
    """Raises unless every weight of a term is a number of at least 0."""
    for name, value in weights.items():
        check_number(name, value, 0.0, float("inf"))


def check_positive(**values: float) -> None:
    """Raises unless every value is a finite number above 0."""
    for name, value in values.items():
        if (
            not isinstance(value, Real)
            or isinstance(value, bool)
            or not 0 < value < math.inf
        ):
            raise ValueError(f"{name}={value!r} is not a finite number above 0.")


def check_fractions(**fractions: float) -> None:
    """Raises unless every value is a number in [0, 0.9]."""
    for name, value in fractions.items():
        check_number(name, value, 0.0, 0.9)


def check_flags(**flags: bool) -> None:
    """Raises unless every value is True or False; the string 'no' would be true."""
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise ValueError(f"{name}={value!r} is neither True nor False.")


def check_sizes(**sizes: int) -> tuple[int, ...]:
    """Returns sizes as Python ints, in the given order; raises unless each is at least 1."""
    for name, value in sizes.items():
        if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name}={value!r} is not a whole number of at least 1.")
    return tuple(int(value) for value in sizes.values())


def check_same_length(**arrays: Sized) -> None:
    """Raises unless all arrays hold the same number of items."""
    sizes = {name: len(values) for name, values in arrays.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(
            "Different numbers of items: "
            + ", ".join(f"{n} has {s}" for n, s in sizes.items())
            + "."
        )


def check_known(what: str, name: str, known: Collection[str]) -> str:
    """Returns a known name; for an unknown one, raises and suggests the nearest known ones."""
    if name not in known:
        raise ValueError(
            f"Unknown {what} {name!r}.{hint(name, known)} Known: {', '.join(known)}."
        )
    return name


def hint(name: str, known: Iterable[str]) -> str:
    """A sentence that suggests the known names closest to a mistaken one, or an empty text."""
    spelt = {str(other).lower(): other for other in known}
    near = difflib.get_close_matches(str(name).lower(), spelt, n=3, cutoff=0.4)
    return (
        f" Did you mean {' or '.join(spelt[other] for other in near)}?" if near else ""
    )


def few(names: Sequence[object]) -> str:
    """Some of the names, quoted, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(map(repr, names[:NAMED])) + more


def counted(count: int, noun: str, plural: str = "s") -> str:
    """A count with its noun, such as 1 image or 3,000 images; ``plural`` is the plural ending."""
    return f"{count:,} {noun}{plural if count != 1 else ''}"


def by(sides: Iterable[float], digits: str = "") -> str:
    """Lengths along the axes, such as 48×64; ``digits`` is the format of a number."""
    return "×".join(format(side, digits) for side in sides)


def are(count: int) -> str:
    """The verb that agrees with a count: is or are."""
    return "is" if count == 1 else "are"
