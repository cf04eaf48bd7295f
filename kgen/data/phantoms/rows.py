"""A table that grows row by row, and is read up to its last complete row."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows so far, dicts of texts; an incomplete last row is removed from the file."""
    text = path.read_text() if path.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole)
    return list(csv.DictReader(whole.splitlines()))


def append_row(path: Path, row: Mapping[str, Any]) -> None:
    """Appends a row, a dict; a new file gets a header first."""
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, row, lineterminator="\n")
        if file.tell() == 0:
            writer.writeheader()
        writer.writerow(row)
