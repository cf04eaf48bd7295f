from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class GrowingAdam(keras.optimizers.Adam):
    """Adam for networks that grow: the bias correction counts the steps of each variable.

        step = −ρ m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)

    t is the number of steps of that variable. ``keras.optimizers.Adam`` takes the steps of the
    optimizer, which are many when the layers of a new size begin: their v̂ is far too small, and
    with β₂ = .99 their first step is ten times ρ.

    Args:
        **options: of ``keras.optimizers.Adam``.

    Example:
        >>> from kgen.models import ProgressiveGAN
        >>> model = ProgressiveGAN.from_shape((64, 64, 3))
        >>> faster = [GrowingAdam(2e-3, beta_1=0.0, beta_2=0.99) for _ in range(2)]
        >>> model.compile(discriminator_optimizer=faster[0], generator_optimizer=faster[1])

    Reference:
        Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015, arXiv:1412.6980
    """

    def build(self, var_list: Sequence[keras.Variable]) -> None:
        if self.built:
            return
        super().build(var_list)
        self._steps = [self.add_variable((), name="steps") for _ in var_list]

    def update_step(
        self, gradient: Tensor, variable: keras.Variable, learning_rate: Tensor
    ) -> None:
        steps = self._steps[self._get_variable_index(variable)]
        self.assign_add(steps, ops.ones(()))
        wanted, applied = self._correction(steps), self._correction(self.iterations + 1)
        super().update_step(gradient, variable, learning_rate * wanted / applied)

    def _correction(self, steps: Any) -> Tensor:
        steps = ops.cast(steps, "float32")
        first, second = (1.0 - beta**steps for beta in (self.beta_1, self.beta_2))
        return ops.sqrt(second) / first
