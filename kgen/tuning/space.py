import difflib
import itertools
import json
import math
import re
from pathlib import Path
from typing import NamedTuple

import yaml

EXAMPLE = "beta=0.1,0.5,1, latent_dim=8..64:8 or learning_rate=1e-4..1e-2:log"


class Range(NamedTuple):
    """All numbers between two, whole ones where both are: in steps, evenly, or evenly over the orders of magnitude."""

    low: float
    high: float
    step: float | None = None
    log: bool = False

    @property
    def values(self):
        """The values on its steps; ``None`` where it has none."""
        if self.step is None:
            return None
        count = math.floor((self.high - self.low) / self.step + 1e-9) + 1
        return [self.low + index * self.step for index in range(count)]

    def __str__(self):
        how = ":log" if self.log else f":{self.step}" if self.step is not None else ""
        return f"{self.low}..{self.high}{how}"


class Space:
    """What is searched: values, or a range of them, for each hyperparameter.

    Hyperparameters are the options of the model, ``batch_size``, ``learning_rate`` of all players and
    ``learning_rate.PLAYER`` of one.

    Args:
        entries: dict from a hyperparameter's name to a list of values or a ``Range``.

    Raises:
        ValueError: for no values, a value twice, values of several types, or a range without numbers in it.

    Example:
        >>> Space({"beta": [0.1, 0.5, 1.0], "latent_dim": Range(8, 64, step=8)})
    """

    def __init__(self, entries):
        if not entries:
            raise ValueError(f"Nothing to search. Give values of hyperparameters, such as {EXAMPLE}.")
        self.entries = {name: _checked(name, entry) for name, entry in entries.items()}

    @classmethod
    def of_texts(cls, texts):
        """The space of ``NAME=VALUE,VALUE,…`` and ``NAME=LOW..HIGH[:STEP|:log]``."""
        entries = {}
        for text in texts:
            name, equals, value = text.partition("=")
            if not equals:
                raise ValueError(f"{text!r} is not NAME=VALUES, such as {EXAMPLE}.")
            if name in entries:
                raise ValueError(f"{name} is given twice: {text!r}. Give all of its values at once.")
            entries[name.replace("-", "_")] = _read(text, value)
        return cls(entries)

    @classmethod
    def of_file(cls, path):
        """The space of a YAML file: a list of values a name, or {low: …, high: …, step: …} or {…, log: true}."""
        try:
            found = yaml.safe_load(Path(path).read_text())
        except yaml.YAMLError as error:
            raise ValueError(f"{path} cannot be read as YAML: {error}") from error
        if not isinstance(found, dict):
            raise ValueError(f"{path} holds no 'NAME: VALUES' lines, such as 'beta: [0.1, 0.5, 1]'.")
        return cls({str(name).replace("-", "_"): _of_yaml(path, name, entry) for name, entry in found.items()})

    def check(self, owner, known):
        """Raises for a hyperparameter that the ``owner`` does not have, or words where it takes numbers."""
        for name, entry in self.entries.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
                hint = f" Did you mean {' or '.join(near)}?" if near else ""
                raise ValueError(f"{owner} has no hyperparameter {name!r}.{hint} It has {', '.join(sorted(known))}.")
            words = [value for value in _listed(entry) if isinstance(value, str)]
            if words and isinstance(known[name], int | float):
                raise ValueError(f"{name}={','.join(words)}: {name} of {owner} is a number, such as {known[name]}.")

    def points(self):
        """Every combination as a dict, the last hyperparameter changing fastest."""
        for name, entry in self.entries.items():
            if isinstance(entry, Range) and entry.step is None:
                raise ValueError(
                    f"{name}={entry} has no end of values for a grid. Give values, or steps as in "
                    f"{name}={entry.low}..{entry.high}:{(entry.high - entry.low) / 4:g}, or search --random."
                )
        lists = [_listed(entry) for entry in self.entries.values()]
        return [dict(zip(self.entries, values, strict=True)) for values in itertools.product(*lists)]

    def declare(self, hyperparameters):
        """Registers all with ``keras_tuner.HyperParameters``; returns their values in it."""
        return {name: _declared(hyperparameters, name, entry) for name, entry in self.entries.items()}

    def __str__(self):
        texts = (str(entry) if isinstance(entry, Range) else ",".join(map(str, entry)) for entry in self._all())
        return " ".join(f"{name}={text}" for name, text in zip(self.entries, texts, strict=True))

    def _all(self):
        return self.entries.values()


def _listed(entry):
    return (entry.values or [entry.low]) if isinstance(entry, Range) else entry


def _checked(name, entry):
    if isinstance(entry, Range):
        return _checked_range(name, entry)
    values = list(entry)
    if not values or "" in values:
        raise ValueError(f"{name}={','.join(map(str, values))} has an empty value. Give values, such as {EXAMPLE}.")
    if all(_is_number(value) for value in values) and any(isinstance(value, float) for value in values):
        values = [float(value) for value in values]
    if len({type(value) for value in values}) > 1 or not isinstance(values[0], int | float | str):
        raise ValueError(f"{name}={values}: give numbers, words, or true and false, all of one type.")
    if len(set(values)) < len(values):
        raise ValueError(f"{name}={','.join(map(str, values))} names a value twice.")
    return values


def _checked_range(name, entry):
    numbers = [number for number in (entry.low, entry.high, entry.step) if number is not None]
    if not all(_is_number(number) and math.isfinite(number) for number in numbers):
        raise ValueError(f"{name}={entry}: LOW, HIGH and STEP of a range are numbers, such as {EXAMPLE}.")
    if entry.low >= entry.high:
        raise ValueError(f"{name}={entry} is empty: give the lower end first, as in {name}={entry.high}..{entry.low}.")
    if entry.step is not None and (entry.step <= 0 or entry.log):
        raise ValueError(f"{name}={entry}: a step is above 0, and a range has a step or log, not both.")
    if entry.log and entry.low <= 0:
        raise ValueError(f"{name}={entry}: a range over orders of magnitude begins above 0.")
    whole = all(isinstance(number, int) for number in numbers)
    return entry if whole else Range(*(None if part is None else float(part) for part in entry[:3]), entry.log)


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(text, value):
    ends = re.fullmatch(r"([^:]+)\.\.([^:]+)(?::(.+))?", value)
    if not ends:
        return [_value(part) for part in value.split(",")]
    low, high, how = ends.groups()
    try:
        log = how == "log"
        return Range(_number(low), _number(high), None if log or how is None else _number(how), log)
    except ValueError as error:
        raise ValueError(f"{text!r} is no range of numbers, such as latent_dim=8..64:8: {error}.") from error


def _of_yaml(path, name, entry):
    # YAML takes 1e-4 for a word.
    if isinstance(entry, list):
        return [_value(value) if isinstance(value, str) else value for value in entry]
    if isinstance(entry, dict) and {"low", "high"} <= set(entry) <= set(Range._fields):
        return Range(**{part: _value(value) if isinstance(value, str) else value for part, value in entry.items()})
    raise ValueError(f"{path}: {name}: {entry!r} is neither a list of values nor {{low, high}} with step or log.")


def _number(text):
    # Whole where it reads so: 8 is a size, 8.0 is not.
    return int(text) if re.fullmatch(r"\s*[+-]?\d+\s*", text) else float(text)


def _value(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _declared(hyperparameters, name, entry):
    if not isinstance(entry, Range):
        if len(entry) == 2 and isinstance(entry[0], bool):  # which a choice would turn into 1 and 0
            return hyperparameters.Boolean(name, default=entry[0])
        return hyperparameters.Choice(name, entry, ordered=False)
    declare = hyperparameters.Int if isinstance(entry.low, int) else hyperparameters.Float
    return declare(name, entry.low, entry.high, step=entry.step, sampling="log" if entry.log else "linear")
