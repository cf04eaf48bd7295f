from typing import Any

from kgen.data.anomalies import ANOMALY, MASK, leave_out, leave_out_anomalies
from kgen.data.archive import Archive
from kgen.data.array_faults import of_people, of_values
from kgen.data.data import Data
from kgen.data.faults import Fault
from kgen.data.fold import Fold
from kgen.data.measured import described
from kgen.data.naming import TEST, chosen, in_order, registered
from kgen.data.options import NO_NAMES, options_of
from kgen.data.subjects import SUBJECT
from kgen.fields import guess
from kgen.names import among, remaining, renamed, without

IMAGES = "image", "volume"  # kinds in which a value of one shade carries no information
CLASS_NAMES = "class_names"  # the array that names the classes of y


def read(
    argument: str, name: str, skip: list = NO_NAMES, facts: list = NO_NAMES,
    names: str | None = None, low: float | None = None, high: float | None = None,
    unit: str | None = None, drop_constant: bool = False, subject: str | None = None,
    fold: int | None = None, folds: int = 5, pixel: float | None = None, anatomy: str | None = None,
    flip: bool = False, left_out: list = NO_NAMES, normal_only: bool = False, **wanted: str,
) -> Data:  # fmt: skip
    """Arrays by the names of their fields from a .npz file; NAME_test is kept for the test.

    An array class_names holds the names of y's classes, in their order. The arrays anomaly (0 or 1)
    and anomaly_mask (on the grid of x) are facts: which values and points are anomalies.

    Args:
        skip: arrays that are left out.
        facts: arrays that only tests and reports see, such as subjects.
        names: the array of the names of x's columns.
        low: the value of black, where images are not bytes or floats from 0 to 1.
        high: the value of white.
        unit: of the numbers y, such as years.
        drop_constant: leave out columns of x that have one value.
        subject: the array that says whose each value is, by default the one called subject; no
            subject is in two splits.
        fold: the fold that is the test, from 0; folds are parts of all subjects, balanced in
            classes and ages.
        folds: how many folds there are.
        pixel: millimetres per pixel, for measures in millimetres.
        anatomy: what the images show: brain.
        flip: whether training mirrors a random half of the images left to right.
        left_out: classes that training never sees; in the test they are the anomalies.
        normal_only: leaves what the array anomaly marks out of training and validation.
        wanted: FIELD=KIND, FIELD=ARRAY or FIELD=ARRAY:KIND.
    """
    arrays = Archive(argument, name)
    told = _told(facts, _whose(arrays, subject, skip, wanted))
    marks = without((ANOMALY, MASK), [*skip, *told, *wanted])
    there = among(marks, arrays)
    aside = [*skip, *told.values(), *there, *filter(None, [names])]
    found, named = _wanted(name, arrays, wanted, aside)
    values = {field: arrays[found[field].array] for field in in_order(found)}
    _check_lengths(name, values)
    options = {
        "x": {"low": low, "high": high, "names": _words(arrays, names)},
        "y": {"unit": unit, "names": _words(arrays, named)},
    }
    fields = _fields(name, values, found, options)
    test = _test(name, arrays, found, values)
    known = _facts(name, arrays, told, marks)
    test_facts = _facts(name, arrays, told, marks, TEST) if test else None
    data = Data.from_arrays(
        name, values, fields, test, known, test_facts,
        drop_constant=drop_constant, fold=Fold.of(fold, folds),
    )  # fmt: skip
    data = leave_out(described(data, pixel, anatomy, flip), left_out)
    return leave_out_anomalies(data) if normal_only else data


def _told(facts, subject):
    """The array of each fact, by the name of the fact."""
    told = dict(zip(facts, facts, strict=True))
    return {**told, SUBJECT: subject} if subject else told


def _wanted(name, arrays, wanted, aside):
    """The arrays of the fields, and the array that names the classes of y, if there is one."""
    _check_there(name, arrays, aside)
    named = CLASS_NAMES if CLASS_NAMES in arrays and CLASS_NAMES not in aside else None
    found = chosen(arrays, wanted, [*aside, named] if named else aside)
    if not found:
        raise ValueError(
            f"{name} holds {', '.join(arrays) or 'nothing'}; an array x is needed."
        )
    return found, named


def _words(arrays, array):
    """The words of an array, if one is named."""
    return arrays[array].astype(str).tolist() if array else None


def _fields(name, values, found, options):
    """The field of every array, of the kind that is wanted."""
    fields = {}
    for field, array in values.items():
        own = options.get(field, {})
        fields[field] = registered(f"{name}: {field}", array, found[field].kind, **own)
    return fields


def _facts(name, arrays, told, marks, suffix=""):
    """The arrays of facts, and of ``marks`` that are there; ``suffix`` marks those of the test."""
    sources = {fact: f"{array}{suffix}" for fact, array in told.items()}
    _check_there(name, arrays, sources.values())
    for mark in marks:
        if f"{mark}{suffix}" in arrays:
            sources[mark] = f"{mark}{suffix}"
    return renamed(arrays, sources)


def faults(argument: str, name: str, **options: Any) -> list[Fault]:
    """All faults of the values of the arrays; ``options`` are those of ``read``."""
    arrays = Archive(argument, name)
    wanted = remaining(options, options_of(read))
    subject = _whose(arrays, options["subject"], options["skip"], wanted)
    told = [*options["facts"], ANOMALY, MASK, CLASS_NAMES]
    aside = [*options["skip"], *told, subject, options["names"]]
    found = chosen(arrays, wanted, aside)
    y = found.pop("y", None)
    labels = _labels(arrays, y)
    whose = [arrays.get(key) for key in (subject, f"{subject}{TEST}")]
    listed = []
    for want in found.values():
        listed += _of_array(arrays, want, labels, options["anatomy"])
    return [*listed, *of_people(name, labels, *whose)]


def _labels(arrays, y):
    """The classes of y; ``None`` if it is something else."""
    if y is None or y.kind not in (None, "label"):
        return None
    values = arrays[y.array]
    return values if guess(values) == "label" and values.ndim == 1 else None


def _whose(arrays, subject, skip, wanted):
    """The array of subjects: the given one, or ``subject`` unless it is used otherwise."""
    free = SUBJECT in arrays and SUBJECT not in (*skip, *wanted)
    return subject or (SUBJECT if free else None)


def _of_array(arrays, want, labels, anatomy):
    """The faults of the rows of one array; flat curves and empty masks are none."""
    values = arrays[want.array]
    return of_values(
        want.array, values, labels, (want.kind or guess(values)) in IMAGES, anatomy
    )


def _test(name, arrays, found, values):
    """The arrays kept for the test, of every field or of none."""
    sources, has, lacks = {}, [], []
    for field in values:
        sources[field] = f"{found[field].array}{TEST}"
        told = has if sources[field] in arrays else lacks
        told.append(f"{field}{TEST}")
    if not has:
        return None
    if lacks:
        raise ValueError(
            f"{name} holds {', '.join(has)} but not {', '.join(lacks)}; store them for every field "
            "or for none."
        )
    return renamed(arrays, sources)


def _check_there(name, arrays, aside):
    for array in aside:
        if array not in arrays:
            raise ValueError(
                f"{name} holds no array {array!r}; it holds {', '.join(arrays)}."
            )


def _check_lengths(name, values):
    lengths = {
        field: len(array) if array.ndim else 0 for field, array in values.items()
    }
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{field} has {length}" for field, length in lengths.items())
        raise ValueError(
            f"{name}: fields differ in length: {told}. Give each as many values, or leave an array "
            "out with the option skip=NAME of the data set."
        )
