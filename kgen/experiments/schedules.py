"""How the learning rates of a run move over its steps."""

from keras.optimizers.schedules import CosineDecay, PolynomialDecay

from kgen.engine.optimizers import rate_of

RISING = 0.05  # of a run's steps


def cosine(rate, steps):
    """From the rate to 0 along half a cosine."""
    return CosineDecay(rate, steps)


def warmup(rate, steps):
    """From 0 to the rate along a line over the first twentieth of the steps, then constant."""
    return PolynomialDecay(0.0, max(1, round(RISING * steps)), end_learning_rate=rate)


CONSTANT = "constant"
SCHEDULES = {CONSTANT: None, "cosine": cosine, "warmup": warmup}


def schedule(model, name, steps):
    """Makes the rates of a model's players move as the schedule says over so many steps of training."""
    if name == CONSTANT:
        return
    for player, optimizer in model.optimizers.items():
        steps_of_player = max(1, steps) * model.plays(
            player
        )  # none fit: the stream of batches refuses it
        optimizer.learning_rate = SCHEDULES[name](rate_of(optimizer), steps_of_player)
