"""Options as people write them: one reader for the command line, YAML, JSON and Python."""

import json
import math
import re
from typing import Any

NUMBER = r"[+-]?(\.\d+|\d+\.)(e[+-]?\d+)?|[+-]?inf"  # numbers that JSON does not know
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def as_kind(name: str, value: object, kind: type) -> Any:
    """Converts a text or another value to a kind; raises with the option's name if it cannot."""
    return READERS[kind](name, value)


def like(name: str, value: object, default: object) -> Any:
    """Converts a value to the kind of its default.

    A str or ``None`` as default says nothing about the kind: the value is taken as it reads.
    """
    if type(default) not in (bool, int, float):
        return as_it_reads(value)
    read = as_kind(name, value, type(default))
    whole = as_it_reads(value)
    return whole if type(default) is float and type(whole) is int else read


def as_it_reads(value: object) -> Any:
    """The number, boolean or ``None`` that a text reads like, else the text itself."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(NUMBER, value, re.IGNORECASE):
        return float(value)
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _whole(name, value):
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or isinstance(value, bool) or number != float(value):
        raise ValueError(
            f"{name}={value!r} is not a whole number. Give one, e.g. {name}=64."
        )
    return number


def _number(name, value):
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if math.isnan(number) or isinstance(value, bool):
        raise ValueError(
            f"{name}={value!r} is not a number. Give one, e.g. {name}=0.5."
        )
    return number


def _truth(name, value):
    if isinstance(value, bool):
        return value
    if str(value).lower() not in TRUE + FALSE:
        raise ValueError(
            f"{name}={value!r} is neither true nor false. Give {name}=true or {name}=false."
        )
    return str(value).lower() in TRUE


def _texts(name, value):
    texts = value.split(",") if isinstance(value, str) else list(value)
    if not all(isinstance(text, str) and text for text in texts):
        raise ValueError(
            f"{name}={value!r} is not a list of names, e.g. {name}=first,second."
        )
    return texts


def _word(name, value):
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise ValueError(f"{name}={value!r} is not a word.")
    return str(value)


READERS = {int: _whole, float: _number, bool: _truth, str: _word, list: _texts}
