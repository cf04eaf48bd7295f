from collections.abc import Callable

import keras

from kgen.types import Tensor


class Derived(keras.metrics.Metric):
    """A metric that is computed from others and has no state of its own.

    Args:
        name: str.
        function: function without arguments that returns its value.
    """

    def __init__(self, name: str, function: Callable[[], Tensor]):
        super().__init__(name=name)
        self.function = function

    def update_state(self) -> None:
        """Does nothing: the other metrics have the state."""

    def result(self) -> Tensor:
        return self.function()
