class Optimizers:
    """The optimizers of several players under the one name, ``optimizer``, that Keras' trainer and summary look at."""

    built = True

    def __init__(self, optimizers):
        self.optimizers = optimizers

    @property
    def variables(self):
        return [variable for optimizer in self.optimizers for variable in optimizer.variables]
