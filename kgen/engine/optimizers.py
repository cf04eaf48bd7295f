from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import ops

from kgen.engine.state import layers_of
from kgen.types import Tensor


class Optimizers:
    """The optimizers of several players as one ``optimizer``, which Keras and its callbacks read.

    Args:
        players: dict from a player's name to its optimizer.
    """

    built = True

    def __init__(self, players: Mapping[str, keras.optimizers.Optimizer]):
        self.players = players

    @property
    def optimizers(self) -> list[keras.optimizers.Optimizer]:
        return list(self.players.values())

    @property
    def learning_rate(self) -> Tensor:
        """The learning rate that all players have; setting it sets that of each."""
        rates = {
            player: rate_of(optimizer) for player, optimizer in self.players.items()
        }
        if len(set(rates.values())) > 1:
            told = ", ".join(f"{player} {rate:g}" for player, rate in rates.items())
            raise ValueError(
                f"The players have several learning rates: {told}. "
                "Ask model.optimizers[PLAYER] for one."
            )
        return self.optimizers[0].learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        for optimizer in self.optimizers:
            optimizer.learning_rate = rate

    @property
    def variables(self) -> list[keras.Variable]:
        return [
            variable
            for optimizer in self.optimizers
            for variable in optimizer.variables
        ]


def rate_of(optimizer: keras.optimizers.Optimizer) -> float:
    """The learning rate of the next step, a float."""
    return float(ops.convert_to_numpy(optimizer.learning_rate))


def follows_schedule(optimizer: keras.optimizers.Optimizer) -> bool:
    """Whether a schedule sets the learning rate, so that nothing else can."""
    return isinstance(settings_of(optimizer.get_config())["learning_rate"], dict)


def prepared(
    optimizer: keras.optimizers.Optimizer | str,
    networks: Sequence[keras.Layer],
    options: Mapping[str, Any],
) -> keras.optimizers.Optimizer:
    """An optimizer by its name or as it is; for networks in float16, one that scales the loss."""
    optimizer = keras.optimizers.get(optimizer)
    half = any(layer.compute_dtype == "float16" for layer in layers_of({"": networks}))
    if (
        not half
        or not options.get("auto_scale_loss", True)
        or innermost(optimizer) is not optimizer
    ):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer, name="loss_scale_optimizer")


def innermost(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """The optimizer that takes the steps, inside one that scales its loss."""
    return (
        optimizer.inner_optimizer
        if isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        else optimizer
    )


def highest_rate(optimizer: keras.optimizers.Optimizer) -> float:
    """The learning rate, or the highest rate in the settings of its schedule."""
    if not follows_schedule(optimizer):
        return rate_of(optimizer)
    settings = settings_of(optimizer.get_config())["learning_rate"]["config"]
    named = [
        value for name, value in settings.items() if "rate" in name or "target" in name
    ]
    return max(value for value in named if isinstance(value, (int, float)))


def settings_of(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration of the optimizer that takes the steps, inside one that scales its loss."""
    inner = config.get("inner_optimizer")
    return config if inner is None else inner["config"]
