"""Errors of how a model is compiled, fitted and written: what is given, what is needed."""

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import keras
from keras import callbacks, layers, tree

from kgen.checks import counted
from kgen.engine.optimizers import follows_schedule, innermost, settings_of
from kgen.engine.state import layers_of
from kgen.engine.values import arrays_of, is_stream
from kgen.names import without

# of learning rates
SETTERS = callbacks.LearningRateScheduler, callbacks.ReduceLROnPlateau


def check_learning_rate(name: str, optimizer: keras.optimizers.Optimizer) -> None:
    """Raises for a rate that is not positive and finite; a schedule may start from 0."""
    rate = settings_of(optimizer.get_config())["learning_rate"]
    if not follows_schedule(optimizer) and not 0.0 < rate < math.inf:
        raise ValueError(
            f"{name} has the learning rate {rate!r}. Give it one above 0, such as 2e-4."
        )


def check_settable_rates(
    given: Iterable[callbacks.Callback], model: keras.Model
) -> None:
    """Raises early for a callback that sets a learning rate which follows a schedule."""
    setters = [callback for callback in given if isinstance(callback, SETTERS)]
    optimizers = model.optimizers if setters and model.compiled else {}
    scheduled = [
        player
        for player, optimizer in optimizers.items()
        if follows_schedule(optimizer)
    ]
    if scheduled:
        raise ValueError(
            f"{type(setters[0]).__name__} cannot set the learning rate of "
            f"{model.optimizer_name(scheduled[0])}, which follows a schedule. "
            "Leave the callback out, or compile the optimizer with a number as learning_rate."
        )


def check_compile_options(model: str, options: Iterable[str]) -> None:
    """Raises for arguments of ``keras.Model.compile`` that clash with the model's own losses."""
    unknown = sorted(
        set(options)
        - {"run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss"}
    )
    if unknown:
        raise TypeError(
            f"{model}.compile() got {', '.join(unknown)}: "
            "a generative model brings its own losses and metrics. "
            "Pass optimizers, run_eagerly, steps_per_execution or jit_compile."
        )


def check_divisible(x: Any, batch_size: int, devices: int) -> None:
    """Raises where an array of values makes a batch that cannot be divided into equal parts."""
    if (
        devices > 1
        and hasattr(x, "shape")
        and (batch_size % devices or len(x) % batch_size % devices)
    ):
        raise ValueError(
            f"{counted(len(x), 'image')} in batches of {batch_size} cannot be divided "
            f"among {devices} devices, the last batch included. Choose a multiple as batch_size "
            f"and leave {counted(len(x) % devices, 'image')} out."
        )


def check_parts(size: int | None, count: int) -> None:
    """Raises if a batch of known size is too small for ``count`` parts, one per critic's play."""
    if size is not None and size < count:
        raise ValueError(
            f"A batch of {counted(size, 'image')} has no part "
            f"for each of the critic's n_critic={count} plays. Choose "
            "a larger batch_size, or one that leaves no smaller rest, or a smaller n_critic."
        )


def check_groups(x: Any, batch_size: int, plays: int, group: int) -> None:
    """Raises if the part of a batch, even the last, for a play is smaller than a group."""
    for values in arrays_of(x).values():
        size = len(values) if is_stream(x) else len(values) % batch_size or batch_size
        if size < group * plays:
            raise ValueError(
                f"A batch of {counted(size, 'image')} is too small: D compares groups of "
                f"{group} in each of its {counted(plays, 'play')}. Choose a batch_size of at least "
                f"{group * plays}, which leaves no smaller rest."
            )


def check_passed_on(player: str, outputs: Any, arguments: Any) -> None:
    """Raises unless a play takes the tensors of its shared pass, to differentiate through them."""
    given = {id(tensor) for tensor in tree.flatten(arguments)}
    if outputs is not None and not any(
        id(tensor) in given for tensor in tree.flatten(outputs)
    ):
        raise ValueError(
            f"play('{player}', ...) takes none of the outputs of share('{player}', ...): "
            "no gradient would pass through them. "
            "Give them to the play as they are; slice and cast within the objective."
        )


def check_one_player(players: Mapping[str, Iterable[keras.Layer]]) -> None:
    """Raises for weights of two players: each play restores the statistics of all other players."""
    owners: dict[int, str] = {}
    for player, networks in players.items():
        for network in networks:
            for variable in network.variables:
                owner = owners.setdefault(id(variable), player)
                if owner != player:
                    raise ValueError(
                        f"{network.name} has weights of the players {owner!r} and {player!r}. "
                        "Give each network to one player, and add up the losses that move it."
                    )


def check_one_each(name: str, shape: Sequence[int | None]) -> None:
    """Raises unless a score has one number per example, over which its mean is taken."""
    if len(shape) != 1:
        raise ValueError(
            f"score({name!r}, values) takes one number per example, of shape (n,); "
            f"these have the shape {tuple(shape)}. Sum or average over all axes but the first."
        )


def check_headline(model: keras.Model) -> None:
    """Raises for a headline of scalars that the model does not log."""
    logged = {"loss", *model.trackers}
    unknown = without(model.headline, logged)
    if unknown:
        raise ValueError(
            f"{type(model).__name__}.headline holds {unknown[0]!r}, which it does not log. "
            f"Known: {', '.join(logged)}."
        )


def check_scored(
    cls: type[keras.Model], scores: Iterable[str], trackers: Container[str]
) -> None:
    """Raises for a score that the model does not list among its scalars."""
    unknown = [name for name in scores if name != "loss" and name not in trackers]
    if unknown:
        raise ValueError(
            f"{cls.__name__} scores {unknown[0]!r}, which is not in its scalars = "
            f"{tuple(cls.scalars)}. Add it there."
        )


def check_all_played(model: keras.Model) -> None:
    """Raises for weights that would never be trained because their network has no player."""
    networks = [network for player in model.players.values() for network in player]
    played = {
        id(variable) for network in networks for variable in network.trainable_variables
    }
    left = [
        variable.path
        for variable in model.trainable_variables
        if id(variable) not in played
    ]
    if left:
        raise ValueError(
            f"{type(model).__name__} has {left[0]}, which belongs to no player "
            "and would never be trained. Add its network to one of the players "
            f"{', '.join(model.players)}, or set trainable = False."
        )


def check_kept(model: keras.Model, names: Iterable[str]) -> None:
    """Raises for an argument of ``__init__`` that is no attribute of the model; saving needs it."""
    lost = without(names, dir(model))
    if lost:
        raise ValueError(
            f"{type(model).__name__}.__init__ takes {lost[0]!r} and keeps no attribute "
            f"of that name: it could not be saved. Set self.{lost[0]}."
        )


def check_no_own_averages(model: keras.Model) -> None:
    """Raises for optimizers that average weights, of a model that trains a part of them at a time.

    Keras pairs the weights of a step with their averages by position.
    """
    for player, optimizer in model.optimizers.items():
        if innermost(optimizer).use_ema:
            raise ValueError(
                f"{model.optimizer_name(player)} has use_ema=True, which does not work for "
                f"{type(model).__name__}: a stage trains some of the weights only. Leave it out; "
                "the model's own ema_decay averages weights."
            )


def check_no_batch_norm(network: keras.Model) -> None:
    """Raises if a network under a gradient penalty has BatchNorm, which mixes a batch's images."""
    for layer in layers_of({"critic": [network]}):
        if isinstance(layer, layers.BatchNormalization):
            raise ValueError(
                f"discriminator has the BatchNormalization layer {layer.name!r}: "
                "it makes the output for one image depend on the others, "
                "while the gradient penalty holds for each alone. "
                "Leave it out or use LayerNormalization."
            )
