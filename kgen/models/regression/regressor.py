from typing import Any, Self

import keras
from keras import ops

from kgen import checks, networks
from kgen.abilities import Explains, Regresses
from kgen.engine import GenerativeModel
from kgen.fields import Number, Numeric
from kgen.types import Tensor

STRIDED = "strided"


@keras.saving.register_keras_serializable("kgen")
class Regressor(Regresses, Explains, GenerativeModel):
    """Regressor: one network that estimates a number, such as an age, from a value.

        loss = (y − r(x))²,   y in standard deviations from the mean of the training numbers

    Args:
        regressor: built model r, scaled values (n, …) to an unbounded number (n, 1).
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Example:
        >>> from kgen.fields import Number, Volume
        >>> x = Volume.of(scans, "x").fitted(scans)
        >>> y = Number.of(ages, "y", "years").fitted(ages)
        >>> model = Regressor.from_fields(x=x, y=y)
        >>> model.compile()
        >>> model.fit(scans, ages, epochs=20)
        >>> model.estimate(scans)  # in years

    Reference:
        Cole et al., Predicting brain age with deep learning from raw imaging data, 2017,
        arXiv:1612.02572
    """

    scalars = ("squared_error", "absolute_error")
    headline = ("loss", "absolute_error")

    def __init__(self, regressor: keras.Model, **options: Any):
        super().__init__({"model": [regressor]}, **options)
        self.regressor = regressor

    def regressed(self, x: Tensor) -> Tensor:
        return self.regressor(x, training=False)

    def answers(self, x: Tensor) -> Tensor:
        return self.regressed(x)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return self.regressor(inputs, training=training)

    def objective(self, x: Tensor, y: Tensor, training: bool = True) -> Tensor:
        number = self(x, training=training)
        self.score("absolute_error", self.absolute_error(y, number))
        return self.score("squared_error", ops.square(ops.reshape(y - number, (-1,))))

    def train_step(self, data: Any) -> dict[str, Tensor]:
        self.play("model", self.objective, *self.unpack(data))
        return self.results()

    @classmethod
    def from_fields(
        cls,
        x: Numeric,
        y: Number,
        network: str = "strided",
        width: int = 16,
        **options: Any,
    ) -> Self:
        """A regressor of strided convolutions, dense for vectors, or a ``kgen.networks.reader``.

        ``network`` is ``"strided"`` or a reader's name; ``width`` is of the strided one only.
        """
        checks.check_known("network", network, (STRIDED, *networks.LAYOUTS))
        (width,) = checks.check_sizes(width=width)
        strided = network == STRIDED
        reader = (
            networks.critic(x.shape, width)
            if strided
            else networks.reader(x.shape, 1, network)
        )
        return cls(reader, fields={"x": x, "y": y}, **options)
