"""Which array becomes which field, of which kind: ``FIELD=KIND``, ``=ARRAY`` or ``=ARRAY:KIND``."""

import inspect
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, Self

from kgen import fields
from kgen.checks import hint
from kgen.fields import KINDS, Field
from kgen.names import among, present, without
from kgen.types import Array, Names

TEST = "_test"
RESIZED = (
    "Its images are taken as they are: bring them to one size before, "
    "or give folder:DIR of pictures."
)
# Options of other sources that are not names of fields, and what to use here instead.
OF_OTHERS = {
    **dict.fromkeys(["size", "fit", "channels", "tile_size"], RESIZED),
    **dict.fromkeys(
        ["label", "number"], "The classes or numbers are the array y: y=ARRAY."
    ),
    "drop": "Arrays are left out with skip=ARRAY.",
}


class Wanted(NamedTuple):
    """The array that a field is made of, and its kind if that is given."""

    array: str
    kind: str | None = None

    @classmethod
    def of(cls, field: str, text: str, arrays: Collection[str]) -> Self:
        """What ``FIELD=TEXT`` asks of these arrays."""
        if field in OF_OTHERS and field not in arrays:
            raise ValueError(
                f"{field}={text!r}: npz:FILE has no such option. {OF_OTHERS[field]}"
            )
        array, _, kind = str(text).partition(":")
        if not kind and array in KINDS and array not in arrays:
            array, kind = field, array
        if array not in arrays:
            raise ValueError(_missing(field, text, array, arrays))
        if kind:
            fields.kind(kind, field)
        return cls(array, kind or None)


def chosen(
    arrays: Collection[str], given: Mapping[str, str], leave_out: Iterable[str | None]
) -> dict[str, Wanted]:
    """The ``Wanted`` of every field: the given ones, and the other arrays under their own names."""
    wanted = {field: Wanted.of(field, text, arrays) for field, text in given.items()}
    taken = {*wanted, *leave_out}
    for want in wanted.values():
        taken.add(want.array)
    plain = {}
    for name in without(arrays, taken):
        if not name.endswith(TEST):
            plain[name] = Wanted(name)
    return {**plain, **wanted}


def stored_as(options: Mapping[str, Any], names: Names) -> dict[str, str]:
    """The array or table column of each field, as far as the options of a data set name it."""
    column = options.get("label") or options.get("number")
    stored = {"y": column} if column else {}
    for name in among(names, options):
        stored[name] = str(options[name]).partition(":")[0]
    return stored


def registered(
    name: str, values: Array, kind: str | None = None, **options: Any
) -> Field:
    """The field of an array, of the given or likeliest kind; refuses options it does not take."""
    given = present(options)
    kind = kind or ("number" if "unit" in given else fields.guess(values))
    cls = fields.kind(kind)
    for option in given:
        if option not in inspect.signature(cls.of).parameters:
            raise ValueError(
                f"{option}={given[option]!r}: {name} holds {kind}s, which have none. Leave it out."
            )
    return cls.of(values, name, **given)


def in_order(names: Iterable[str]) -> list[str]:
    """Fields in the order in which models take them: x first, y last."""
    return sorted(names, key=lambda name: (name == "y", name != "x", name))


def _missing(field, text, array, arrays):
    return (
        f"{field}={text!r}: there is no array {array!r} and no kind of field of this "
        f"name.{hint(array, [*arrays, *KINDS])} The arrays are {', '.join(arrays)}; kinds are "
        f"{', '.join(KINDS)}."
    )
