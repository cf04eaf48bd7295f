from abc import abstractmethod

from keras import ops

from kgen.abilities.ability import Ability
from kgen.types import Array, Tensor


class Regresses(Ability):
    """Estimates the number y, such as an age, from a value x; a page writes ``regressed``."""

    predict_inputs = ("x",)

    @abstractmethod
    def regressed(self, x: Tensor) -> Tensor:
        """The scaled number (n, 1) of each scaled value; tensors."""

    def estimate(self, x: Array) -> Array:
        """The number estimated for each value, (n,), in stored units such as years."""
        return self.asked_of(self._estimated, x=x).reshape(-1)

    def absolute_error(self, y: Tensor, regressed: Tensor) -> Tensor:
        """The absolute errors (n,) of scaled estimates, in stored units such as years; tensors."""
        field = self.fields["y"]
        return ops.abs(
            ops.reshape(field.unscaled(y) - field.unscaled(regressed), (-1,))
        )

    def predicted(self, x: Tensor) -> Tensor:
        return self._estimated(x)

    def _estimated(self, x):
        return self.fields["y"].unscaled(self.regressed(x))
