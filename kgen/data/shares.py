from typing import NamedTuple, Self

from kgen import checks

TEST_SHARE, VALIDATION_SHARE, VALIDATION_MOST = 0.15, 0.1, 5000


class Shares(NamedTuple):
    """The test's share of all values, and the validation's share of the others.

    Args:
        test: float in (0, 0.9].
        validation: float in (0, 0.9].
        most: int, the most values in the validation; ``None`` for no limit.

    Raises:
        ValueError: by ``of``, if one of them is out of range.

    Example:
        >>> from kgen.data import Data
        >>> shares = Shares.of(test=0.25, validation=0.15)
        >>> len(Data.from_arrays("mine", values, fields, shares=shares).test) / len(values["x"])
        0.25
    """

    test: float = TEST_SHARE
    validation: float = VALIDATION_SHARE
    most: int | None = VALIDATION_MOST

    @classmethod
    def of(cls, test: float | None = None, validation: float | None = None) -> Self:
        """The shares of the options ``test_share`` and ``validation_share``, or the defaults."""
        for name, share in (("test_share", test), ("validation_share", validation)):
            checks.check_number(name, share, 0.0, 0.9, optional=True)
            if share == 0:
                raise ValueError(
                    f"{name}=0 leaves nothing to look at. Give a share above 0, such as 0.15."
                )
        most = VALIDATION_MOST if validation is None else None
        return cls(test or TEST_SHARE, validation or VALIDATION_SHARE, most)

    def of_validation(self, count: float) -> float:
        """The validation's share of ``count`` values."""
        return (
            self.validation
            if self.most is None
            else min(self.validation, self.most / count)
        )

    def told(self) -> tuple[str, str]:
        """Both shares in words."""
        at_most = f", at most {self.most:,}," if self.most else ""
        return f"{self.test:.0%}", f"{self.validation:.0%} of the others{at_most}"


USUAL = Shares()
