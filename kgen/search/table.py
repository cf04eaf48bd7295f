from collections.abc import Callable
from typing import Any

from kgen.names import column_of
from kgen.search.record import Search, number

WIDTH = 12


class Table:
    """A table in the terminal that gains a line whenever a trial ends.

    Args:
        search: ``Search``.
        write: function that prints a line.
    """

    def __init__(self, search: Search, write: Callable[[str], Any] = print):
        self.search, self.write = search, write
        self.told: set[str] = set()
        self.widths: list[int] = []

    def update(self) -> int:
        """Writes a line for each trial that ended since the last call; returns how many."""
        new = [
            record for record in self.search.records if record.trial not in self.told
        ]
        if new and not self.told:
            objective = self.search.objective.name
            head = ["trial", *new[0].values, objective, "epochs", "seconds"]
            self.widths = [max(WIDTH, len(name) + 2) for name in head]
            self.write(self._line(head))
        for record in new:
            self.told.add(record.trial)
            values = map(number, record.values.values())
            self.write(self._line([record.trial, *values, *self._result(record)]))
        return len(new)

    def _result(self, record):
        if not record.completed:
            return [f"{record.status}: {record.error}"]
        spread = record.spread(self.search.objective)
        score = number(record.score(self.search.objective))
        if spread is not None:
            score += f" ± {spread:.2g}"
        epochs = ", ".join(dict.fromkeys(map(str, column_of(record.runs, "epochs"))))
        best = "  best so far" if record == self.search.ranked[0] else ""
        health = f"  {record.health}" if record.health else ""
        seconds = sum(column_of(record.runs, "seconds"))
        return [score, epochs, f"{seconds:.0f}{best}{health}"]

    def _line(self, cells):
        return "".join(
            f"{cell:{width}}" for cell, width in zip(cells, self.widths, strict=False)
        ).rstrip()
