from abc import ABC, abstractmethod

from keras import ops


class Regresses(ABC):
    """Estimates the number y, such as an age, from a value x; a page writes ``regressed``."""

    predict_inputs = ("x",)

    @abstractmethod
    def regressed(self, x):
        """The scaled number (n, 1) of each scaled value; tensors."""

    def estimate(self, x):
        """The number estimated for each value, (n,), in stored units such as years."""
        return self.asked_of(self._estimated, x=x).reshape(-1)

    def absolute_error(self, y, regressed):
        """The absolute errors (n,) of scaled estimates, in stored units such as years; tensors."""
        field = self.fields["y"]
        return ops.abs(ops.reshape(field.unscaled(y) - field.unscaled(regressed), (-1,)))

    def predicted(self, x):
        return self._estimated(x)

    def _estimated(self, x):
        return self.fields["y"].unscaled(self.regressed(x))
