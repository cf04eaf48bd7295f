"""Whose an image is: a patient or an animal; no two splits may hold images of one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import h5py
import numpy as np

from kgen.data.tiles.attributes import value_of
from kgen.data.tiles.faults import Fault, check_none, groups, paths
from kgen.types import Location

if TYPE_CHECKING:
    from kgen.data.tiles.layout import Section

GROUP = "group"  # instead of an attribute: the groups are the subjects
SHORT = 80  # letters of a value in a message


def subject_of(name: str, dataset: h5py.Dataset, attribute: str) -> str | Fault:
    """The subject that an attribute of an image or of its group names; a fault if neither does."""
    group = name.partition("/")[0]
    if attribute == GROUP:
        return group
    for holder in (dataset, dataset.file[group]):
        if attribute in holder.attrs:
            return _word(name, value_of(holder, attribute), attribute)
    lacking = f"neither it nor its group has the attribute {attribute!r}, the name of its subject"
    return Fault(name, "", lacking)


def check_apart(
    path: Location, training: Sequence["Section"], test: Sequence["Section"]
) -> None:
    """Raises for subjects of the test that are also trained on."""
    tested = {section.subject for section in test} - {None}
    named = " and ".join(dict.fromkeys(groups(test)))
    reason = f"so are images of the test group {named}"
    faults = []
    for section in training:
        if section.subject in tested:
            told = f"is of subject {section.subject}"
            faults.append(Fault(section.path, told, reason))
    way = "Choose a test_group whose subjects are in no other group"
    check_none(path, faults, paths(training), way)


def _word(name, value, attribute):
    """A text or a number as the name of a subject: one name, however it is stored."""
    values = np.ravel(value)
    word = _text(values[0]).strip() if values.size == 1 else ""
    missing = Fault(
        name,
        f"of {attribute}={value!r}"[:SHORT],
        "not the name or number of one subject",
    )
    return word or missing


def _text(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float | np.floating):
        return f"{value:.17g}" if np.isfinite(value) else ""
    return str(value) if isinstance(value, str | int | np.integer) else ""
