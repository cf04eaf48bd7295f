"""How far a work is: a live bar on a terminal, and in a file no redraws but some plain lines."""

import time

from tqdm import tqdm

LINES = 10  # of a whole work, in a file
SILENCE = 15.0  # seconds after which a file is told without a tenth
QUICK = 5.0  # seconds of a work that nobody waits for
ON_TERMINALS = {"delay": 1, "leave": False, "disable": None, "dynamic_ncols": True}


def bar(total, what, unit, **options):
    """A bar of tqdm, on a terminal alone, that leaves nothing behind; quick work shows none."""
    return tqdm(total=total, desc=what, unit=unit, **{**ON_TERMINALS, **options})


def over(values, what, total=None):
    """Goes through values with such a bar; ``total`` says how many there are, where they do not."""
    return tqdm(values, what, total, **ON_TERMINALS)


def duration(seconds):
    """Seconds as hours, minutes and seconds."""
    return tqdm.format_interval(seconds)


class Steps:
    """Long work of equal steps: a bar on a terminal, in a file a line a tenth of it, and one after every 15 seconds.

    Args:
        total: int, how many steps there are.
        what: str, the work.
        unit: str, one step.
        quick: float, seconds of a work of which a file is told nothing.

    Example:
        >>> with Steps(3000, "Training the classifier", "step") as steps:
        ...     steps.advance()
    """

    def __init__(self, total, what, unit, quick=0.0):
        self.total, self.what, self.unit, self.quick = total, what, unit, quick
        self.done, self.start = 0, time.monotonic()
        self.told = self.start
        self.bar = bar(total, what, unit)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.bar.close()

    def advance(self, count=1):
        """Tells of some more steps."""
        tenth = self._tenth()
        self.done += count
        self.bar.update(count)
        now = time.monotonic()
        due = self._tenth() > tenth or now - self.told >= SILENCE
        if self.bar.disable and due and now - self.start >= self.quick:
            self._tell(now)

    def over(self, pieces):
        """Goes through the pieces of the work, each of as many steps as it is long."""
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
        return duration((time.monotonic() - self.start) / self.done * (self.total - self.done))
