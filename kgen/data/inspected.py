from typing import NamedTuple

UNEQUAL = 3  # ratio of the largest class to the smallest from which it is reported


class Inspection(NamedTuple):
    """What data there is, and how a training takes it.

    Args:
        told: str, one line per part.
        options: list of str, ``NAME=VALUE``, the data set options that a training needs.
        hints: dict from other such options to the reason for using them.
        classes: dict from each class to its number of values; empty without classes.
        number: bool, whether y is a number.
        count: int, the number of values to train on, if none are put aside.
        faults: list of str, what a training refuses, and the remedy.
        source: str, the source that reads the data, if its suffix suggests another.
    """

    told: str
    options: list = []
    hints: dict = {}
    classes: dict = {}
    number: bool = False
    count: int = 0  # type: ignore[assignment]
    faults: list = []
    source: str | None = None

    @property
    def unequal(self) -> str:
        """The counts of the most and the least frequent class if far apart, else an empty text."""
        counts = sorted(self.classes.items(), key=lambda pair: -pair[1])
        if len(counts) < 2 or counts[0][1] < UNEQUAL * counts[-1][1]:
            return ""
        (frequent, most), *_, (rare, least) = counts
        return f"{most} of {frequent} and {least} of {rare}"
