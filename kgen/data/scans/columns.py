from typing import NamedTuple

LABEL = "label"  # the usual column of classes


class Columns(NamedTuple):
    """Which column of a table of scans is what.

    Args:
        file: str, the paths of the files.
        label: str, the classes, or ``None``.
        number: str, a number such as age, or ``None``.
        subject: str, whose a scan is.
        partner: str, the paths of a second file of each row, an image or a mask, or ``None``.
        covariates: list of str, the numbers of the field c.
    """

    file: str
    label: str | None
    number: str | None
    subject: str
    partner: str | None = None
    covariates: list = []

    def of(self, records):
        """The same without the usual column of classes where the table has none, or something else is asked for."""
        usual = self.label == LABEL
        left_out = usual and (self.number or self.partner or LABEL not in records.words)
        return self._replace(label=None) if left_out else self
