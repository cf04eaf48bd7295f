from typing import NamedTuple

UNEQUAL = 3  # times as many values of one class as of another


class Inspection(NamedTuple):
    """What there is, and how a training takes it.

    Args:
        told: str, a line a part.
        options: list of str, ``NAME=VALUE``, those of the data set that a training needs.
        hints: dict from other such options to why they may be wanted.
        classes: dict from each class to how many values it has, empty without classes.
        number: bool, whether y is a number.
        count: int, how many values there are to train on, if none are put aside.
        faults: list of str, what a training refuses, and what to do.
        source: str, the one that reads it, where that is another than its suffix says.
    """

    told: str
    options: list = []
    hints: dict = {}
    classes: dict = {}
    number: bool = False
    count: int = 0
    faults: list = []
    source: str | None = None

    @property
    def unequal(self):
        """How many values the most and the least frequent class have, where these are far apart; else nothing."""
        counts = sorted(self.classes.items(), key=lambda pair: -pair[1])
        if len(counts) < 2 or counts[0][1] < UNEQUAL * counts[-1][1]:
            return ""
        return " and ".join(f"{count} of {name}" for name, count in (counts[0], counts[-1]))
