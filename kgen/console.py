"""Progress reports: a live bar on a terminal, a few plain lines in a file."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Self

from tqdm import tqdm as Bar

LINES = 10  # per work, in a file
SILENCE = 15.0  # seconds after which a file gets a line in any case
QUICK = 5.0  # seconds; work that takes less needs no report
ON_TERMINALS = {"delay": 1, "leave": False, "disable": None, "dynamic_ncols": True}


def bar(total: int | None, what: str, unit: str, **options: Any) -> Bar:
    """A tqdm bar, only on a terminal and for work over a second; it disappears at the end."""
    return Bar(total=total, desc=what, unit=unit, **{**ON_TERMINALS, **options})


def over(values: Iterable[Any], what: str, total: int | None = None) -> Bar:
    """Iterates over values with such a bar; ``total`` is their number, if they have no length."""
    return Bar(values, what, total, **ON_TERMINALS)


def duration(seconds: float) -> str:
    """Seconds as hours, minutes and seconds."""
    return Bar.format_interval(seconds)


class Steps:
    """Reports on long work of equal steps: a bar on a terminal, plain lines in a file.

    A file gets a line after every tenth of the steps, and whenever 15 seconds pass without one.

    Args:
        total: int, the number of steps.
        what: str, the name of the work.
        unit: str, the name of one step.
        quick: float, seconds before a file gets its first line.

    Example:
        >>> with Steps(3000, "Training the classifier", "step") as steps:
        ...     steps.advance()
    """

    def __init__(self, total: int, what: str, unit: str, quick: float = 0.0):
        self.total, self.what, self.unit, self.quick = total, what, unit, quick
        self.done, self.start = 0, time.monotonic()
        self.told = self.start
        self.bar = bar(total, what, unit)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.close()

    def advance(self, count: int = 1) -> None:
        """Counts some more finished steps."""
        tenth = self._tenth()
        self.done += count
        self.bar.update(count)
        now = time.monotonic()
        due = self._tenth() > tenth or now - self.told >= SILENCE
        if self.bar.disable and due and now - self.start >= self.quick:
            self._tell(now)

    def over(self, pieces: Iterable[Any]) -> Iterator[Any]:
        """Iterates over pieces of the work; each counts as many steps as its length."""
        with self:
            for piece in pieces:
                yield piece
                self.advance(len(piece))

    def _tell(self, now):
        self.told = now
        done = f"{self.done:,} of {self.total:,} {self.unit}s"
        print(f"{self.what}: {done}, {self._left()} left", flush=True)

    def _tenth(self):
        return LINES * self.done // self.total

    def _left(self):
        return duration(
            (time.monotonic() - self.start) / self.done * (self.total - self.done)
        )
