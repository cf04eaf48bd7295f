"""Age brackets of ten years, each in the same proportions in every split."""

import numpy as np

from kgen.checks import are, counted
from kgen.data.faults import Fault
from kgen.data.split import Split
from kgen.data.subjects import SUBJECT
from kgen.fields import Number
from kgen.types import Array, Arrays

AGE = "age"  # the fact that says how old a subject is
YEARS = 10  # per bracket
UNKNOWN = -1
OLDEST = 130  # years; larger numbers count months or days
# Brackets between the first and the last scan of one person; a wider span is several people.
SPAN = 1


def brackets_of(facts: Arrays) -> Array | None:
    """The age bracket of every value by the fact ``age``; ``None`` without that fact."""
    if AGE not in facts:
        return None
    ages = _ages(facts)
    known = np.isfinite(ages)
    return np.where(known, np.where(known, ages, 0) // YEARS, UNKNOWN).astype(int)


def named(bracket: int) -> str:
    """A bracket in words."""
    first = YEARS * bracket
    return (
        "of unknown age" if bracket == UNKNOWN else f"{first}–{first + YEARS - 1} years"
    )


def of_ages(where: str, facts: Arrays) -> list[Fault]:
    """The faults of the fact ``age``: numbers that cannot be a person's age in years."""
    if AGE not in facts:
        return []
    ages = _ages(facts)
    ages = ages[np.isfinite(ages)]
    negative, long = int((ages < 0).sum()), int((ages > OLDEST).sum())
    found = []
    if negative:
        told = f"{counted(negative, 'age')} {are(negative)} below 0, such as {ages.min():g}"
        found.append(Fault(where, told, "Mend them, or leave these rows out."))
    if long:
        told = (
            f"{counted(long, 'age')} {are(long)} above {OLDEST}, such as {ages.max():g}"
        )
        told += ": they look like months or days"
        found.append(
            Fault(
                where,
                told,
                f"The column {AGE!r} holds years: divide them, or name it otherwise.",
            )
        )
    return found


def check_brackets(name: str, split: Split, wanted: int) -> None:
    """Raises if ages are estimated and a bracket has too few subjects for ``wanted`` splits."""
    brackets = brackets_of(split.facts)
    if brackets is None or not _are_estimated(split):
        return
    whose = np.unique(
        split.facts.get(SUBJECT, np.arange(len(split))), return_inverse=True
    )[1]
    if _of_groups(whose, brackets):
        return
    for bracket in np.unique(brackets):
        count = len(np.unique(whose[brackets == bracket]))
        if count < wanted:
            raise ValueError(
                f"{name}: the age bracket {named(bracket)} has {counted(count, 'subject')}; "
                f"{wanted} are needed to have one in each of {wanted} splits. Add people of this "
                "age, or leave these rows out."
            )


def _are_estimated(split):
    """Whether y is a number and equals the age."""
    y = split.fields.get("y")
    return isinstance(y, Number) and np.allclose(split["y"], _ages(split.facts))


def _of_groups(whose, brackets):
    """Whether subjects are groups of people, such as sites, so that no bracket is required."""
    least = np.full(whose.max() + 1, brackets.max())
    most = np.full(whose.max() + 1, brackets.min())
    np.minimum.at(least, whose, brackets)
    np.maximum.at(most, whose, brackets)
    return bool((most - least > SPAN).any())


def _ages(facts):
    """The ages as numbers, NaN where one is unknown."""
    return np.array(list(map(_number, np.ravel(facts[AGE]).tolist())))


def _number(age):
    try:
        return float(age)
    except ValueError:
        return np.nan
