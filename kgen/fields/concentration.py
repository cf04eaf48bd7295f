from typing import Any, Self

import keras
import numpy as np

from kgen.fields.arrays import library
from kgen.fields.numeric import Numeric, moments
from kgen.fields.painting import lines
from kgen.types import Array, Tensor


@keras.saving.register_keras_serializable("kgen")
class Concentration(Numeric):
    """Concentrations of several substances, each above 0: networks take their standardised logarithms.

        scaled = (ln x − mean) / deviation

    Example:
        >>> field = Concentration((3,), low=-9.0, high=9.0)  # of ln x
    """

    noun = "concentration"

    @classmethod
    def of(cls, values: Array, name: str, **options: Any) -> Self:
        field = cls(values.shape[1:], low=None, high=None, **options)
        field.check(values, name)
        return field

    def fitted(self, values: Array) -> Self:
        logs = np.log(values)
        mean, deviation = moments(logs, (0,))
        return self.replaced(low=logs.min(), high=logs.max(), mean=mean.tolist(), deviation=deviation.tolist())

    def check(self, values: Array, name: str) -> None:
        super().check(values, name)
        if np.min(values) <= 0:
            raise ValueError(f"{name} holds {np.min(values)}; concentrations lie above 0.")

    def scaled(self, values: Tensor) -> Tensor:
        return super().scaled(library(values).log(values))

    def unscaled(self, values: Tensor) -> Tensor:
        return library(values).exp(super().unscaled(values))

    def paint(self, axes: Any, cells: Array) -> None:
        lines(axes, np.asarray(cells)[..., None], (0.0, float(np.max(cells))))
