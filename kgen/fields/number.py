import functools
from collections.abc import Sequence
from typing import Self

import keras
import numpy as np
from matplotlib.axes import Axes

from kgen.fields.numeric import Numeric, moments
from kgen.fields.painting import words
from kgen.types import Array


@keras.saving.register_keras_serializable("kgen")
class Number(Numeric):
    """Single numbers, such as ages, in standard deviations from the mean of the training numbers.

    Args:
        unit: str, of the stored numbers, such as ``"years"``; ``None`` for none.
        low, high, span, mean, deviation, dtype: as in ``kgen.fields.Numeric``.

    Raises:
        ValueError: if there is no such unit.

    Example:
        >>> Number("years").converted(np.array([1.5]), "months")
        array([18.])
    """

    noun = "number"
    cell = (0.6, 0.5)

    def __init__(
        self,
        unit: str | None = None,
        low: float | None = 0.0,
        high: float | None = 1.0,
        span: Sequence[float] = (0.0, 1.0),
        mean: float | None = None,
        deviation: float | None = None,
        dtype: str | None = None,
    ):
        super().__init__((1,), low, high, span, mean, deviation, dtype)
        self.unit = unit
        if unit is not None:
            _unit(unit)

    @classmethod
    def of(cls, values: Array, name: str, unit: str | None = None) -> Self:
        field = cls(unit, None, None)
        field.check(np.asarray(values), name)
        return field

    def fitted(self, values: Array) -> Self:
        low, high = float(values.min()), float(values.max())
        if low == high:
            raise ValueError(
                f"All training numbers are {low:g}; nothing can be learnt from them."
            )
        mean, deviation = moments(values.reshape(-1, 1), axes=(0, 1))
        return self.replaced(
            low=low, high=high, mean=float(mean), deviation=float(deviation)
        )

    def stored(self, values: Array) -> Array:
        return super().stored(values).reshape(-1)

    def check(self, values: Array, name: str) -> None:
        if values.shape[1:] not in ((), (1,)):
            raise ValueError(
                f"{name} has the shape {values.shape}; give one number each, (n,)."
            )
        self._check_finite(values, name)

    def converted(self, values: Array, unit: str) -> Array:
        """Stored numbers in another unit."""
        if self.unit is None:
            raise ValueError(
                f"Numbers without a unit cannot be converted into {unit!r}. Give unit."
            )
        try:
            return _unit(self.unit).m_as(unit) * np.asarray(values)
        except Exception as error:
            raise ValueError(
                f"unit={self.unit!r} cannot be converted into {unit!r}: {error}. Give a unit of "
                "the same kind, such as years and months, or cm and mm."
            ) from error

    def paint(self, axes: Axes, cells: Array) -> None:
        numbers = np.asarray(cells).reshape(np.shape(cells)[:2])
        words(axes, np.char.mod(f"%.3g {self.unit or ''}", numbers))

    def __str__(self) -> str:
        return f"numbers in {self.unit}" if self.unit else "numbers"

    def _place(self, value):
        return ""


@functools.cache
def _registry():
    import pint  # takes a third of a second, which only units should cost

    return pint.UnitRegistry()


def _unit(name):
    """One of a unit, as a quantity of pint's."""
    try:
        return 1.0 * _registry().Unit(name)
    except Exception as error:
        raise ValueError(
            f"unit={name!r} is not known ({error}). Give one such as years, months, mm or kg."
        ) from error
