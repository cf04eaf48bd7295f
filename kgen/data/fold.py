from typing import NamedTuple

from kgen import checks

LEAST = 2


class Fold(NamedTuple):
    """One of several equal parts of the subjects, which is the test; the tests of all folds cover every subject once.

    Args:
        number: int, from 0 to ``count`` − 1.
        count: int ≥ 2, how many folds there are.

    Raises:
        ValueError: if one of them is out of range.

    Example:
        >>> Data.from_arrays("mine", values, fields, facts={"subject": subjects}, fold=Fold.of(0, 5))
    """

    number: int
    count: int

    @classmethod
    def of(cls, number, count):
        """The fold of a data set's options ``fold`` and ``folds``; ``None`` where ``fold`` is not given."""
        if number is None:
            return None
        checks.check_number("folds", count, LEAST, float("inf"))
        checks.check_number("fold", number, 0, count - 1)
        return cls(number, count)

    def __str__(self):
        return f"fold {self.number} of the folds 0 to {self.count - 1} is the test"
