from typing import NamedTuple, Self

from kgen import checks

LEAST = 2


class Fold(NamedTuple):
    """One of several equal parts of the subjects, which is the test.

    The tests of all folds together hold every subject exactly once.

    Args:
        number: int, from 0 to ``count`` − 1.
        count: int ≥ 2, the number of folds.

    Raises:
        ValueError: if one of them is out of range.

    Example:
        >>> from kgen.data import Data
        >>> fold, subject = Fold.of(0, 5), {"subject": subjects}
        >>> dataset = Data.from_arrays("mine", values, fields, facts=subject, fold=fold)
        >>> print(fold)
        fold 0 of the folds 0 to 4 is the test
    """

    number: int
    count: int  # type: ignore[assignment]

    @classmethod
    def of(cls, number: int | None, count: int) -> Self | None:
        """The fold of the data set options ``fold`` and ``folds``; ``None`` without ``fold``."""
        if number is None:
            return None
        checks.check_number("folds", count, LEAST, float("inf"))
        checks.check_number("fold", number, 0, count - 1)
        return cls(number, count)

    def __str__(self) -> str:
        return f"fold {self.number} of the folds 0 to {self.count - 1} is the test"
