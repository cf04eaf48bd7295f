import numpy as np

from kgen.checks import check_number, counted, hint
from kgen.data import dividing
from kgen.data.ages import AGE
from kgen.data.columns_kept import most_varying
from kgen.data.data import Data
from kgen.data.delimited import check_filled
from kgen.data.expression.annotated import Annotated
from kgen.data.expression.joined import check_once
from kgen.data.expression.values import check_counts, check_measured
from kgen.data.split import Split
from kgen.data.subjects import SUBJECT
from kgen.data.tiles.storage import memory_bytes
from kgen.fields import Label, Number, Vector
from kgen.names import filled, remaining

SAMPLE, ROW = "sample", "row"
MISSING = [dividing.VALIDATION, dividing.TEST]


def read(
    argument: str, name: str, label: str | None = None, number: str | None = None,
    unit: str | None = None, subject: str | None = None, layer: str | None = None,
    genes: int | None = None, counts: bool = False, memory: str = "4GB",
    drop_constant: bool = False,
) -> Data:  # fmt: skip
    """Vectors from an annotated matrix of anndata; columns of obs without another role are facts.

    Args:
        label: the obs column of classes: the field y.
        number: the obs column of a number such as age, instead: the field y.
        unit: of that number, such as years.
        subject: the obs column that says whose a sample is; no subject is in two splits.
        layer: raw for raw.X, or the name of a layer; X by default.
        genes: the number of genes to keep, those of the greatest median absolute deviation in
            training.
        counts: refuse values that are no counts.
        memory: the memory that the kept genes may take as float32; more is refused.
        drop_constant: leave out genes that have one value.
    """
    if label and number:
        raise ValueError(
            f"label={label!r} and number={number!r}: y is one of them. Leave the other out."
        )
    matrix = Annotated.of(argument, name, layer)
    roles = {"label": label, "number": number, "subject": subject}
    chosen = _chosen(name, matrix.known, roles)
    check_once(argument, "obs_names", matrix.samples)
    check_measured(name, matrix.measured, matrix.samples)
    facts = _facts(matrix, roles, chosen)
    fields, values = _told(name, chosen, unit)
    rows = {ROW: np.arange(len(matrix.samples))}
    parts = dividing.parts_of(name, Split(rows | values, fields, facts), MISSING)
    kept = _kept(name, matrix, parts[0], genes, memory)
    x = matrix.chosen(kept)
    if counts:
        check_counts(name, x, matrix.samples)
    own = Vector.of(x, f"{name}: x", matrix.names(kept))
    notes = () if subject else (dividing.told(MISSING, bool(label), AGE in facts),)
    return Data.from_arrays(
        name, {"x": x, **values}, {"x": own, **fields}, facts=facts, in_place=True,
        notes=(*_gene_notes(kept, matrix), *notes), drop_constant=drop_constant, parts=parts,
    )  # fmt: skip


def _chosen(name, known, roles):
    """The columns of obs that have a role, by role."""
    chosen = {}
    for role, column in filled(roles).items():
        chosen[role] = _column(name, known, role, column)
    return chosen


def _column(name, known, role, column):
    """A column of obs; raises if it is missing, has missing values, or words instead of numbers."""
    if column not in known:
        raise ValueError(
            f"{role}={column!r}: obs of {name} has no such column.{hint(column, known)} It has "
            f"{', '.join(known) or 'none'}."
        )
    values = known[column]
    if role == "number" and values.dtype.kind not in "iuf":
        raise ValueError(
            f"number={column!r}: obs of {name} holds words there. Classes are label={column}."
        )
    if role != "number":
        check_filled(name, column, values.astype(str))
    return values


def _facts(matrix, roles, chosen):
    """The columns of obs without another role; an estimated age is a fact too."""
    aside = set(roles.values()) - {AGE}
    facts = remaining(matrix.known, aside)
    facts[SAMPLE] = matrix.samples
    if "subject" in chosen:
        facts[SUBJECT] = chosen["subject"]
    return facts


def _told(name, chosen, unit):
    """The field y and its values, if classes or a number are chosen."""
    if "label" in chosen:
        words = chosen["label"].astype(str)
        field = Label.of(words, f"{name}: label")
        return {"y": field}, {"y": field.stored(words)}
    if "number" in chosen:
        values = chosen["number"].astype("float32")
        return {"y": Number.of(values, f"{name}: number", unit)}, {"y": values}
    return {}, {}


def _kept(name, matrix, training, genes, memory):
    """The indices of the genes that are kept; raises if they take more than the memory."""
    total = len(matrix.genes)
    check_number("genes", genes, 1, total, optional=True)
    size = 4 * len(matrix.samples) * (genes or total)
    room = memory_bytes(memory)
    if size > room:
        fewer = room // (4 * len(matrix.samples))
        raise ValueError(
            f"{name}: {counted(genes or total, 'gene')} take {size / 1e9:.2g} GB in float32, and "
            f"memory={memory!r}. Give genes={fewer}, or more memory."
        )
    return (
        np.arange(total)
        if genes is None
        else most_varying(matrix.rows(training), genes)
    )


def _gene_notes(kept, matrix):
    total = len(matrix.genes)
    if len(kept) == total:
        return ()
    return (
        f"x: {len(kept):,} of {counted(total, 'gene')}, of the greatest median absolute deviation "
        "in training.",
    )  # fmt: skip
