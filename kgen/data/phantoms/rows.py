"""A table that grows by a row, and is read again up to its last whole row."""

import csv


def read_rows(path):
    """The rows so far, dicts of texts; what was cut off in the middle of a row is taken away."""
    text = path.read_text() if path.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole)
    return list(csv.DictReader(whole.splitlines()))


def append_row(path, row):
    """Adds a row, a dict, below a header of its names."""
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, row, lineterminator="\n")
        if file.tell() == 0:
            writer.writeheader()
        writer.writerow(row)
