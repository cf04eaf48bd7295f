from typing import NamedTuple, Self

from kgen.data.records import Records

LABEL = "label"  # the usual column of classes


class Columns(NamedTuple):
    """The role of each column in a table of scans.

    Args:
        file: str, the paths of the files.
        label: str, the classes, or ``None``.
        number: str, a number such as age, or ``None``.
        subject: str, the column that says whose a scan is.
        partner: str, the paths of a second file of each row, an image or a mask, or ``None``.
        covariates: list of str, the numbers of the field c.
        needed: bool, whether the table must have the column of classes.
    """

    file: str
    label: str | None
    number: str | None
    subject: str
    partner: str | None = None
    covariates: list = []
    needed: bool = False

    def of(self, records: Records) -> Self:
        """A copy without the usual class column if the table lacks it or y is something else."""
        usual = self.label == LABEL and not self.needed
        left_out = usual and (self.number or self.partner or LABEL not in records.words)
        return self._replace(label=None) if left_out else self
