"""Schedules of the learning rate over the steps of a run."""

from collections.abc import Callable

from keras.optimizers.schedules import (
    CosineDecay,
    LearningRateSchedule,
    PolynomialDecay,
)

from kgen.engine import GenerativeModel
from kgen.engine.optimizers import rate_of

RISING = 0.05  # share of a run's steps


def cosine(rate: float, steps: int) -> CosineDecay:
    """Cosine decay from the rate to 0."""
    return CosineDecay(rate, steps)


def warmup(rate: float, steps: int) -> PolynomialDecay:
    """Linear warm-up from 0 to the rate over the first 5 % of the steps, then constant."""
    return PolynomialDecay(0.0, max(1, round(RISING * steps)), end_learning_rate=rate)


CONSTANT = "constant"
SCHEDULES: dict[str, Callable[[float, int], LearningRateSchedule] | None] = {
    CONSTANT: None,
    "cosine": cosine,
    "warmup": warmup,
}


def schedule(model: GenerativeModel, name: str, steps: int) -> None:
    """Sets the schedule of each player's learning rate over ``steps`` training steps."""
    change = SCHEDULES[name]
    if change is None:
        return
    for player, optimizer in model.optimizers.items():
        # Where no step fits, the stream of batches raises later.
        steps_of_player = max(1, steps) * model.plays(player)
        optimizer.learning_rate = change(rate_of(optimizer), steps_of_player)
