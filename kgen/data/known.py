from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

from kgen.checks import are, counted
from kgen.data.records import Records
from kgen.data.split import at
from kgen.types import Array, Location


class Known(NamedTuple):
    """What a table says about the files of a folder.

    Args:
        records: ``Records``.
        rows: dict from a file's absolute path to its row.

    Example:
        >>> from pathlib import Path
        >>> known = Known.of("people.csv", "folder:slices", Path("slices"))
        >>> known.facts(sorted(Path("slices").glob("*.png")))["subject"]
        array(['ann', 'ann', 'ben', 'ben'], dtype='<U3')
    """

    records: Records
    rows: dict

    @classmethod
    def of(cls, table: Location, name: str, root: Path) -> Self:
        """The rows of a table by file; paths begin at the table's folder or at ``root``."""
        records = Records.of(table, name)
        texts = records.column("file", "file").tolist()
        first = records.files("file")
        found, lost = [], []
        for path, text in zip(first, texts, strict=True):
            file = path if path.exists() else root / text
            found.append(file)
            if not file.exists():
                lost.append(text)
        if lost:
            raise FileNotFoundError(
                f"{name}: {records.path} names {lost[0]!r}, one of "
                f"{counted(len(lost), 'such file', '')}, which {are(len(lost))} not there. Paths "
                f"begin at the table's folder or at {root}."
            )
        return cls(records, {path.resolve(): row for row, path in enumerate(found)})

    def check_all(self, files: Sequence[Path]) -> None:
        """Raises if the table lacks some of the files."""
        lacking = [file.name for file in files if file.resolve() not in self.rows]
        if lacking:
            raise ValueError(
                f"{self.records.name}: {self.records.path.name} names "
                f"{counted(len(self.rows), 'file')}, and lacks {lacking[0]}, one of "
                f"{counted(len(lacking), 'such picture')}. Add a row for each, or move them away."
            )

    def facts(self, files: Sequence[Path]) -> dict[str, Array]:
        """Every column except the file names, in the order of ``files``."""
        rows = [self.rows[file.resolve()] for file in files]
        return at(self.records.facts(["file"]), rows)
