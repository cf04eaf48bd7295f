from kgen.data.archive import Archive
from kgen.data.data import Data
from kgen.data.naming import TEST, chosen, in_order, registered
from kgen.data.subjects import SUBJECT

CLASS_NAMES = "class_names"  # the array that names the classes of y


def read(
    argument, name, skip: list = (), facts: list = (), names: str | None = None,
    low: float | None = None, high: float | None = None, unit: str | None = None,
    drop_constant: bool = False, subject: str | None = None, **wanted: str,
):  # fmt: skip
    """Arrays by the names of their fields from a .npz file; NAME_test is kept for the test.

    An array class_names holds the names of y's classes, in their order.

    Args:
        skip: arrays that are left out.
        facts: arrays that only tests and reports see, such as subjects.
        names: the array of the names of x's columns.
        low: the value of black, where images are not bytes or floats from 0 to 1.
        high: the value of white.
        unit: of the numbers y, such as years.
        drop_constant: leave out columns of x that have one value.
        subject: the array of whose each value is: no subject is in two splits.
        wanted: FIELD=KIND, FIELD=ARRAY or FIELD=ARRAY:KIND.
    """
    arrays = Archive(argument, name)
    told = {**{fact: fact for fact in facts}, **({SUBJECT: subject} if subject else {})}
    aside = [*skip, *told.values(), *([names] if names else [])]
    _check_there(name, arrays, aside)
    named = [CLASS_NAMES] if CLASS_NAMES in arrays and CLASS_NAMES not in aside else []
    found = chosen(arrays, wanted, [*aside, *named])
    if not found:
        raise ValueError(f"{name} holds {', '.join(arrays) or 'nothing'}; an array x is needed.")
    values = {field: arrays[found[field].array] for field in in_order(found)}
    _check_lengths(name, values)
    options = {
        "x": {"low": low, "high": high, "names": names and arrays[names].astype(str).tolist()},
        "y": {"unit": unit, "names": arrays[CLASS_NAMES].astype(str).tolist() if named else None},
    }
    fields = {
        field: registered(f"{name}: {field}", values[field], found[field].kind, **options.get(field, {}))
        for field in values
    }
    test = _test(name, arrays, found, values)
    if test is not None:
        _check_there(name, arrays, [f"{array}{TEST}" for array in told.values()])
    kept = {fact: arrays[array] for fact, array in told.items()}
    test_facts = {fact: arrays[f"{array}{TEST}"] for fact, array in told.items() if test is not None}
    return Data.from_arrays(name, values, fields, test, kept, test_facts, drop_constant=drop_constant)


def _test(name, arrays, found, values):
    """The arrays kept for the test, of every field or of none."""
    there = {field: f"{found[field].array}{TEST}" in arrays for field in values}
    if not any(there.values()):
        return None
    if not all(there.values()):
        has = [f"{field}{TEST}" for field, is_there in there.items() if is_there]
        lacks = [f"{field}{TEST}" for field, is_there in there.items() if not is_there]
        raise ValueError(
            f"{name} holds {', '.join(has)} but not {', '.join(lacks)}; store them for every field or for none."
        )
    return {field: arrays[f"{found[field].array}{TEST}"] for field in values}


def _check_there(name, arrays, aside):
    for array in aside:
        if array not in arrays:
            raise ValueError(f"{name} holds no array {array!r}; it holds {', '.join(arrays)}.")


def _check_lengths(name, values):
    lengths = {field: len(array) if array.ndim else 0 for field, array in values.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{field} has {length}" for field, length in lengths.items())
        raise ValueError(
            f"{name}: fields differ in length: {told}. Give each as many values, or leave an array "
            "out with the option skip=NAME of the data set."
        )
