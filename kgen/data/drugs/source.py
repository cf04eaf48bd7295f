import numpy as np

from kgen.data.data import Data
from kgen.data.delimited import Table
from kgen.data.drugs.pairing import Columns, paired
from kgen.data.drugs.responses import responses
from kgen.data.fold import Fold
from kgen.data.options import NO_NAMES
from kgen.data.subjects import SUBJECT
from kgen.fields import Vector


def read(
    argument: str, name: str, after: str | None = None, response: str | None = None,
    drug: str | None = None, cell_line: str = "cell_line", drugs: str = "drug",
    label: str = "response", facts: list = NO_NAMES, common: bool = False, fold: int | None = None,
    folds: int = 5,
) -> Data:  # fmt: skip
    """Pairs of vectors before and after a drug, and the responses to it, from tables.

    The tables before and after the drug have one row per profile; responses are a third table.
    Rows are matched by their cell line; no cell line is in two splits. Several rows of a cell line
    before the drug are replaced by their mean; several rows after it make one pair each. A missing
    response is −1 in the field y.

    Args:
        after: the table of profiles after drugs.
        response: the table of responses, words or whole numbers; without it there is no field y.
        drug: the drug that is read; needed if the tables hold several.
        cell_line: the column of all tables that names the cell line.
        drugs: the column of after and response that names the drug.
        label: the column of response that holds the response.
        facts: columns of the first table that only tests and reports see, such as lineage.
        common: leave out genes that only one of the tables has.
        fold: the fold that is the test, from 0; folds are equal parts of all cell lines.
        folds: how many folds there are.
    """
    if after is None:
        raise ValueError(
            f"{name} has no table of profiles after the drug: give after=FILE, an option of the "
            "data set."
        )
    columns = Columns(cell_line, drugs, list(facts))
    tables = Table.of(argument, name), Table.of(after, f"{name}: after={after}")
    pairs, notes = paired(*tables, columns, drug, common)
    values = {"x": pairs.before, "after": pairs.after}
    fields = {}
    for field, array in values.items():
        fields[field] = Vector.of(array, f"{name}: {field}", pairs.genes)
    if response:
        table = Table.of(response, f"{name}: response={response}")
        values["y"], fields["y"], told = responses(table, pairs, columns, label)
        notes = (*notes, told)
    known = {**pairs.facts, SUBJECT: pairs.lines}
    if pairs.drug is not None:
        known["drug"] = np.full(len(pairs.lines), pairs.drug)
    return Data.from_arrays(
        name, values, fields, facts=known, notes=notes, fold=Fold.of(fold, folds)
    )
