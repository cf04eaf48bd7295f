from collections.abc import Callable
from typing import Any

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
            head = [
                "trial",
                *new[0].values,
                self.search.objective.name,
                "epochs",
                "seconds",
            ]
            self.widths = [max(WIDTH, len(name) + 2) for name in head]
            self.write(self._line(head))
        for record in new:
            self.told.add(record.trial)
            self.write(
                self._line(
                    [
                        record.trial,
                        *map(number, record.values.values()),
                        *self._result(record),
                    ]
                )
            )
        return len(new)

    def _result(self, record):
        if not record.completed:
            return [f"{record.status}: {record.error}"]
        spread = record.spread(self.search.objective)
        score = number(record.score(self.search.objective)) + (
            f" ± {spread:.2g}" if spread is not None else ""
        )
        epochs = ", ".join(dict.fromkeys(str(run["epochs"]) for run in record.runs))
        best = "  best so far" if record == self.search.ranked[0] else ""
        health = f"  {record.health}" if record.health else ""
        return [
            score,
            epochs,
            f"{sum(run['seconds'] for run in record.runs):.0f}{best}{health}",
        ]

    def _line(self, cells):
        return "".join(
            f"{cell:{width}}" for cell, width in zip(cells, self.widths, strict=False)
        ).rstrip()
