"""Schedules of the learning rate over the steps of a run."""

from keras.optimizers.schedules import CosineDecay, PolynomialDecay

from kgen.engine.optimizers import rate_of

RISING = 0.05  # share of a run's steps


def cosine(rate, steps):
    """Cosine decay from the rate to 0."""
    return CosineDecay(rate, steps)


def warmup(rate, steps):
    """Linear warm-up from 0 to the rate over the first 5 % of the steps, then constant."""
    return PolynomialDecay(0.0, max(1, round(RISING * steps)), end_learning_rate=rate)


CONSTANT = "constant"
SCHEDULES = {CONSTANT: None, "cosine": cosine, "warmup": warmup}


def schedule(model, name, steps):
    """Sets the schedule of each player's learning rate over ``steps`` training steps."""
    if name == CONSTANT:
        return
    for player, optimizer in model.optimizers.items():
        # Where no step fits, the stream of batches raises later.
        steps_of_player = max(1, steps) * model.plays(player)
        optimizer.learning_rate = SCHEDULES[name](rate_of(optimizer), steps_of_player)
