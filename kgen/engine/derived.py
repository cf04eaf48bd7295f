import keras


class Derived(keras.metrics.Metric):
    """A metric that follows from others and keeps nothing itself.

    Args:
        name: str.
        function: what gives its value.
    """

    def __init__(self, name, function):
        super().__init__(name=name)
        self.function = function

    def update_state(self):
        """Nothing: the others move."""

    def result(self):
        return self.function()
