"""Steps under TensorFlow."""

import tensorflow as tf
from keras import ops

# These rewriters of the graph reorder sums as their hash tables happen to lie in memory, so that two runs of one seed
# would part in the last digit.
tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False, "remapping": False})


class Trainer:
    """Differentiates a play with respect to its player; Keras does the rest."""

    def minimize(self, objective, variables, optimizer):
        """Moves ``variables`` a step down the first value that ``objective()`` returns, and returns the second."""
        values = [variable.value for variable in variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(values)
            loss, scores = objective()
        optimizer.apply(tape.gradient(loss, values), variables)
        return scores

    def input_gradient(self, function, x):
        """The gradient of ``function(x)``, one value an image, with respect to x; itself differentiable."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(x)
            total = ops.sum(function(x))
        return tape.gradient(total, x)
