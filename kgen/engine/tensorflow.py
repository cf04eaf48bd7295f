"""One gradient step under TensorFlow."""

import tensorflow as tf

# These rewriters of the graph reorder sums as their hash tables happen to lie in memory, so that two runs of one seed
# would part in the last digit.
tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False, "remapping": False})


def minimize(objective, variables, optimizer):
    """Moves ``variables`` a step down the first value that ``objective()`` returns, and returns the second."""
    values = [variable.value for variable in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        loss, scores = objective()
    optimizer.apply(tape.gradient(loss, values), variables)
    return scores
