import itertools
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from keras_tuner import HyperParameters

from kgen.checks import hint, is_number
from kgen.decoding import read_yaml
from kgen.names import among, assigned, mapped
from kgen.reading import as_it_reads, as_kind, like
from kgen.types import Location

DIGITS, SLACK = 12, 1e-6  # of sums of steps
LARGEST = sys.float_info.max
MOST = 1_000_000  # steps of a range, and points of a grid
KINDS = {bool: "true or false", int: "a whole number", float: "a number"}
SHOWN = 100  # characters of a value in a message
YAML = "It holds lines such as 'beta: [0.1, 0.5, 1]'."
EXAMPLE = "beta=0.1,0.5,1, latent_dim=8..64:8 or learning_rate=1e-4..1e-2:log"


class Range(NamedTuple):
    """A range of numbers, whole if both ends are: in steps, continuous, or uniform in the log."""

    low: float
    high: float
    step: float | None = None
    log: bool = False

    @property
    def values(self) -> list[float] | None:
        """The values of the steps; ``None`` for a range without steps."""
        if self.step is None:
            return None
        return [
            round(self.low + index * self.step, DIGITS) for index in range(_count(self))
        ]

    def __str__(self) -> str:
        how = ":log" if self.log else f":{self.step}" if self.step is not None else ""
        return f"{self.low}..{self.high}{how}"


class Space:
    """What is searched: values, or a range of values, for each hyperparameter.

    Hyperparameters are the options of the model, ``batch_size``, ``learning_rate`` of all players
    and ``learning_rate.PLAYER`` of one.

    Args:
        entries: dict from a hyperparameter's name to a list of values or a ``Range``.

    Raises:
        ValueError: for an empty list, a repeated value, values of several types, or a range that
            is empty or not numeric.

    Example:
        >>> space = Space({"beta": [0.1, 0.5, 1.0], "latent_dim": Range(8, 64, step=8)})
    """

    def __init__(self, entries: Mapping[str, Sequence[Any] | Range]):
        if not entries:
            raise ValueError(
                f"Nothing to search. Give values of hyperparameters, such as {EXAMPLE}."
            )
        self.entries = {name: _checked(name, entry) for name, entry in entries.items()}

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> Self:
        """The space of texts ``NAME=VALUE,VALUE,…`` and ``NAME=LOW..HIGH[:STEP|:log]``."""
        pairs = []
        for text in texts:
            name, equals, value = text.partition("=")
            if not equals:
                raise ValueError(f"{text!r} is not NAME=VALUES, such as {EXAMPLE}.")
            pairs.append((name, _read(text, value)))
        return cls(_named(pairs))

    @classmethod
    def of_file(cls, path: Location) -> Self:
        """The space of a YAML file.

        A name has a list of values, or {low: …, high: …, step: …}, or {low: …, high: …, log: true}.
        """
        found = read_yaml(path, YAML)
        if not isinstance(found, dict):
            raise ValueError(
                f"{path} holds no 'NAME: VALUES' lines, such as 'beta: [0.1, 0.5, 1]'."
            )
        return cls(
            _named(
                (str(name), _of_yaml(path, name, entry))
                for name, entry in found.items()
            )
        )

    def typed(self, owner: str, known: Mapping[str, Any]) -> "Space":
        """The space with values of the types that ``owner`` takes; raises where they do not fit.

        ``known`` maps each hyperparameter of ``owner`` to its default.
        """
        read = dict(self.entries)
        for name in among(read, known):
            read[name] = _typed(name, read[name], known[name])
        space = Space(read)
        space.check(owner, known)
        return space

    def check(self, owner: str, known: Mapping[str, Any]) -> None:
        """Raises for a hyperparameter that ``owner`` lacks, and for values of another type."""
        for name, entry in self.entries.items():
            if name not in known:
                has = f"It has {', '.join(sorted(known))}."
                raise ValueError(
                    f"{owner} has no hyperparameter {name!r}.{hint(name, known)} {has}"
                )
            for value in _listed(entry):
                _check_suits(owner, name, value, known[name])

    @property
    def finite(self) -> bool:
        """Whether it has finitely many points."""
        return not any(map(_is_endless, self.entries.values()))

    @property
    def count(self) -> int:
        """How many combinations there are."""
        return math.prod(map(_count, self.entries.values()))

    def points(self, most: int | None = None) -> list[dict[str, Any]]:
        """All combinations as dicts, the last hyperparameter fastest; or the first ``most``."""
        for name, entry in self.entries.items():
            if _is_endless(entry):
                raise ValueError(
                    f"{name}={entry} has no end of values for a grid. Give values, or steps as in "
                    f"{name}={entry.low}..{entry.high}:{(entry.high - entry.low) / 4:g}, "
                    "or search at random."
                )
        if min(self.count, most or math.inf) > MOST:
            raise ValueError(
                f"{self} has {self.count:,} points, and a grid holds at most {MOST:,}. "
                "Give fewer values, wider steps, or search at random."
            )
        lists = map(_listed, self.entries.values())
        combinations = itertools.islice(itertools.product(*lists), most)
        return [dict(zip(self.entries, values, strict=True)) for values in combinations]

    def declare(self, hyperparameters: HyperParameters) -> dict[str, Any]:
        """Registers all with ``keras_tuner.HyperParameters``; returns their values in it."""
        return {
            name: _declared(hyperparameters, name, entry)
            for name, entry in self.entries.items()
        }

    def __str__(self) -> str:
        return " ".join(assigned(mapped(_text, self.entries)))


def _text(entry):
    return str(entry) if isinstance(entry, Range) else ",".join(map(str, entry))


def _count(entry):
    if not isinstance(entry, Range):
        return len(entry)
    return (
        1
        if entry.step is None
        else math.floor((entry.high - entry.low) / entry.step + SLACK) + 1
    )


def _check_suits(owner, name, value, default):
    if not _suits(value, default):
        raise ValueError(
            f"{name}={value}: {name} of {owner} is {KINDS[type(default)]}, such as {default}."
        )


def _suits(value, default):
    # A default that is a word or None does not tell which other types are allowed.
    if type(default) is float:
        return is_number(value)
    return type(value) is type(default) if type(default) in KINDS else True


def _listed(entry):
    return (entry.values or [entry.low]) if isinstance(entry, Range) else entry


def _checked(name, entry):
    if isinstance(entry, Range):
        return _checked_range(name, entry)
    values = list(entry)
    if not values or "" in values:
        raise ValueError(
            f"{name}={','.join(map(str, values))} has an empty value. "
            f"Give values, such as {EXAMPLE}."
        )
    numbers = all(map(is_number, values))
    if numbers and any(isinstance(value, float) for value in values):
        values = list(map(float, values))
    if any(isinstance(value, float) and not math.isfinite(value) for value in values):
        raise ValueError(
            f"{name}={','.join(map(str, values))}: no value can be NaN or infinite."
        )
    kinds = set(map(type, values))
    if len(kinds) > 1 or not isinstance(values[0], int | float | str):
        raise ValueError(
            f"{name}={values}: give numbers, words, or true and false, all of one type."
        )
    if len(set(values)) < len(values):
        raise ValueError(f"{name}={','.join(map(str, values))} names a value twice.")
    return values


def _checked_range(name, entry):
    numbers = [entry.low, entry.high]
    if entry.step is not None:
        numbers.append(entry.step)
    if not all(is_number(number) and abs(number) <= LARGEST for number in numbers):
        raise ValueError(
            f"{name}={entry}: LOW, HIGH and STEP of a range are numbers, such as {EXAMPLE}."
        )
    if entry.low >= entry.high:
        raise ValueError(
            f"{name}={entry} is empty: give two ends, the lower one first, as in {EXAMPLE}."
        )
    if entry.step is not None and (entry.step <= 0 or entry.log):
        raise ValueError(
            f"{name}={entry}: a step is above 0, and a range has a step or log, not both."
        )
    if entry.step is not None and entry.high - entry.low > MOST * entry.step:
        raise ValueError(
            f"{name}={entry} has more than {MOST:,} steps. "
            "Give wider ones, or none to search at random within it."
        )
    if entry.log and entry.low <= 0:
        raise ValueError(
            f"{name}={entry}: a range over orders of magnitude begins above 0."
        )
    if all(isinstance(number, int) for number in numbers):
        return entry
    step = None if entry.step is None else float(entry.step)
    return Range(float(entry.low), float(entry.high), step, entry.log)


def _is_endless(entry):
    return isinstance(entry, Range) and entry.step is None


def _read(text, value):
    ends = re.fullmatch(r"([^:]+)\.\.([^:]+)(?::(.+))?", value)
    if not ends:
        return list(map(as_it_reads, value.split(",")))
    low, high, how = ends.groups()
    try:
        log = how == "log"
        return Range(
            _number(low),
            _number(high),
            None if log or how is None else _number(how),
            log,
        )
    except ValueError as error:
        raise ValueError(
            f"{text!r} is no range of numbers, such as latent_dim=8..64:8: {error}."
        ) from error


def _of_yaml(path, name, entry):
    # YAML takes 1e-4 for a word.
    if isinstance(entry, list):
        return list(map(as_it_reads, entry))
    if isinstance(entry, dict) and {"low", "high"} <= set(entry) <= set(Range._fields):
        parts = mapped(as_it_reads, entry)
        log = as_kind(f"{path}: {name}: log", parts.pop("log", False), bool)
        return Range(**parts, log=log)
    raise ValueError(
        f"{path}: {name}: {str(entry)[:SHOWN]} is neither a list of values "
        "nor {low, high} with step or log."
    )


def _named(pairs):
    """Entries by their Python names; raises for a name that is given twice."""
    entries = {}
    for name, entry in pairs:
        name = name.replace("-", "_")
        if name in entries:
            raise ValueError(f"{name} is given twice. Give all of its values at once.")
        entries[name] = entry
    return entries


def _number(text):
    # Whole where it reads so: 8 is a size, 8.0 is not.
    return int(text) if re.fullmatch(r"\s*[+-]?\d+\s*", text) else float(text)


def _typed(name, entry, default):
    return (
        entry
        if isinstance(entry, Range)
        else [_like(name, value, default) for value in entry]
    )


def _like(name, value, default):
    try:
        return like(name, value, default)
    except ValueError:  # the check of the space says what the hyperparameter takes
        return value


def _declared(hyperparameters, name, entry):
    if not isinstance(entry, Range):
        if isinstance(entry[0], bool):  # which a choice would turn into 1 or 0
            two = len(entry) == 2
            return (
                hyperparameters.Boolean(name, entry[0])
                if two
                else hyperparameters.Fixed(name, entry[0])
            )
        return hyperparameters.Choice(name, entry, ordered=False)
    declare = (
        hyperparameters.Int if isinstance(entry.low, int) else hyperparameters.Float
    )
    return declare(
        name,
        entry.low,
        entry.high,
        step=entry.step,
        sampling="log" if entry.log else "linear",
    )
