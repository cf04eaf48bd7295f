"""What a table of scans holds, and the options that a training on them needs."""

from pathlib import Path

from kgen.checks import by, counted
from kgen.data.columns import (
    HEAD,
    SUBJECTS,
    classes_of,
    counts_of,
    lines_of,
    roles_of,
)
from kgen.data.delimited import Table, missing
from kgen.data.inspected import Inspection
from kgen.data.records import Records
from kgen.data.scans.cohort import SPLIT
from kgen.data.scans.head import head_of
from kgen.data.subjects import SUBJECT
from kgen.names import among, picked, without

SUFFIXES = ".nii", ".nii.gz"
FILE, AGE = "file", "age"


def file_column(table: Table) -> tuple[str, str] | None:
    """The column of NIfTI files or folders in a ``Table``, and the source for it; else ``None``."""
    words = table.read([], table.words)[1] if table.words else {}
    for column, texts in words.items():
        named = [text.strip() for text in texts.tolist()]
        if all(text.lower().endswith(SUFFIXES) for text in named):
            return column, "nifti"
        if all((table.path.parent / text).is_dir() for text in named):
            return column, "dicom"
    return None


def scans_told(table: Table, column: str, source: str) -> Inspection:
    """An ``Inspection`` with a line per column of a table of scans, and one on the first scan."""
    records = Records.of(table.path, table.name)
    counts = counts_of(records.words)
    chosen = {
        column: FILE,
        **_chosen(table, counts, (column, SPLIT, AGE), len(records)),
    }
    roles = {**chosen, SPLIT: SPLIT}
    lines = lines_of(counts, roles, "facts")
    options = [f"{role}={name}" for name, role in chosen.items() if role != name]
    classes = classes_of(counts, chosen)
    told = "\n".join(
        [counted(len(records), "row"), HEAD, *lines, _first(records.files(column))]
    )
    return Inspection(
        told,
        options,
        {},
        classes,
        AGE in chosen,
        len(records),
        _gaps(records, roles),
        source,
    )


def _chosen(table, counts, beside, rows):
    """The roles of the columns of subjects, and of classes or else ages."""
    asked = without(counts, beside)
    whose = next(filter(SUBJECTS.search, asked), None)  # most have one scan each
    others = picked(counts, without(asked, [whose]))
    found = roles_of(others, among(table.words, others), rows)
    label = {name: role for name, role in found.items() if role == "label"}
    ages = {AGE: "number"} if AGE in counts and not label else {}
    return {**({whose: SUBJECT} if whose else {}), **label, **ages}


def _first(files):
    """A line on the first scan that exists, and on how many do not."""
    there = list(filter(Path.exists, files))
    lacking = (
        f"; {counted(len(files) - len(there), 'file')} not there"
        if len(there) < len(files)
        else ""
    )
    if not there:
        return f"none of {counted(len(files), 'file')} is there"
    try:
        head = head_of(there[0])
    except (ValueError, OSError) as error:
        return f"first: {error}"
    grid = f"{by(head.shape, 'g')} voxels of {by(head.spacing, 'g')} mm"
    return f"first: {there[0].name}, {grid}, stored as {head.stored}{lacking}"


def _gaps(records, roles):
    """What to do about missing values that a training needs."""
    found = []
    for name in roles:
        count = int(missing(records.words[name]).sum()) if name in records.words else 0
        if count:
            found.append(
                f"fill what is missing in {counted(count, 'row')} of {name!r}, or leave these rows "
                "out: training refuses it."
            )
    return found
