"""One gradient step under TensorFlow."""

import tensorflow as tf


def minimize(objective, variables, optimizer):
    """Moves ``variables`` one step down the first of the two values that ``objective()`` returns; returns the second."""
    values = [variable.value for variable in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        loss, scores = objective()
    optimizer.apply(tape.gradient(loss, values), variables)
    return scores
