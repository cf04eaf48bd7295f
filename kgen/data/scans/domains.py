"""Two domains from one table of scans: its classes, or scans and targets of different people."""

from typing import cast

import numpy as np

from kgen.checks import check_known, few
from kgen.data.data import Data
from kgen.data.scans.series import Series
from kgen.data.split import Split, at
from kgen.data.subjects import SUBJECT
from kgen.data.unpaired import UnpairedSplit
from kgen.fields import Label
from kgen.names import told_by_name
from kgen.types import Array

FIELDS = "a", "b"


def of_labels(series: Series, first: str = "") -> Data:
    """The data set whose fields a and b are the scans of the two classes.

    ``first`` names the class that is a; by default it is the first in alphabetical order.
    """
    order = series.order
    labels = order.values["y"][order.rows]
    names = list(cast(Label, order.fields["y"]).class_names)
    if first == names[1]:
        labels, names = 1 - labels, names[::-1]
    told = told_by_name(dict(zip(FIELDS, names, strict=True)))
    taken = [np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)]
    images = series.images, series.field
    return _data(order, [images, images], taken, (told, *series.notes))


def check_classes(name: str, words: Array, first: str) -> None:
    """Raises if the classes of the rows are not two, or if ``first`` is none of them."""
    names = np.unique(words).tolist()
    if len(names) != 2:
        raise ValueError(
            f"{name}: domains are two classes; the column has {few(names)}. Choose "
            "another column, or leave the rows of other classes out."
        )
    check_known("class of domains", first or names[0], names)


def of_halves(series: Series) -> Data:
    """The data set of the scans of half of the people and the targets of the others."""
    order = series.order
    whose = order.facts.get(SUBJECT, np.arange(len(order.rows)))[order.rows]
    random = np.random.default_rng(0)
    is_first = np.zeros(len(whose), bool)
    for piece in order.pieces:
        people = random.permutation(np.unique(whose[piece]))
        is_first[piece] = np.isin(whose[piece], people[: len(people) // 2])
    told = "a: scans of half of the people · b: targets of the others"
    taken = [np.flatnonzero(is_first), np.flatnonzero(~is_first)]
    arrays = [(series.images, series.field), series.partner]
    return _data(order, arrays, taken, (told, *series.notes))


def _data(order, arrays, taken, notes):
    """The data set of some rows of two arrays, which lie in this order."""
    splits = [_split(order, arrays, taken, piece) for piece in order.pieces]
    fields = {}
    for name, (_, field) in zip(FIELDS, arrays, strict=True):
        fields[name] = field.fitted(splits[0].domains[name][name])
    fitted = [_with_fields(split, fields) for split in splits]
    return Data(order.name, *fitted, (*notes, *order.shares_told()))


def _split(order, arrays, taken, piece):
    """Both domains of a split, each with its own facts."""
    domains = {}
    for name, (values, field), rows in zip(FIELDS, arrays, taken, strict=True):
        own = rows[np.isin(rows, piece)]
        if not len(own):
            raise ValueError(
                f"{order.name}: the field {name} has no scan in one of the splits. Add some, or "
                "move them."
            )
        facts = at(order.facts, order.rows[own])
        domains[name] = Split({name: field.stored(values[own])}, {name: field}, facts)
    return UnpairedSplit(domains)


def _with_fields(split, fields):
    domains = {}
    for name, part in split.domains.items():
        domains[name] = Split(part.values, {name: fields[name]}, part.facts)
    return UnpairedSplit(domains)
