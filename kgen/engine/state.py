"""State that Keras leaves to its users: seed generators."""

from collections.abc import Mapping, MutableMapping, Sequence
from itertools import chain
from typing import Any

import keras
import numpy as np
from keras import ops

from kgen.engine.backend import SeedGenerator


def is_seed(variable: keras.Variable) -> bool:
    """Whether a variable is the state of a seed generator."""
    return variable.path.endswith("seed_generator_state")


def layers_of(players: Mapping[str, Sequence[keras.Layer]]) -> list[keras.Layer]:
    """Every layer of the players' networks, however deep; Keras has no public way to list them."""
    networks = chain.from_iterable(players.values())
    return list(chain.from_iterable(network._flatten_layers() for network in networks))


def draw_apart(players: Mapping[str, Sequence[keras.Layer]]) -> None:
    """Makes the noise of layers, such as Dropout, differ between the replicas of a step."""
    for layer in layers_of(players):
        for value in vars(layer).values():
            if type(value) is keras.random.SeedGenerator:
                value.__class__ = SeedGenerator


def _seeds(model):
    return [variable for variable in model.variables if is_seed(variable)]


def save_seeds(model: keras.Model, store: MutableMapping[str, Any]) -> None:
    """Adds every seed generator's state by position; paths are numbered anew in each instance."""
    for position, variable in enumerate(_seeds(model)):
        store[f"seed_{position}"] = ops.convert_to_numpy(variable)


def load_seeds(model: keras.Model, store: Mapping[str, Any]) -> dict[str, Any]:
    """Restores what ``save_seeds`` added; returns the rest of the store."""
    for position, variable in enumerate(_seeds(model)):
        # TensorFlow keeps these as int64, JAX as uint32: a run goes on under either.
        variable.assign(
            np.asarray(store[f"seed_{position}"][()]).astype(variable.dtype)
        )
    return {
        name: store[name]
        for name in store.keys()  # noqa: SIM118
        if not name.startswith("seed_")
    }


def reseed(generator: keras.random.SeedGenerator, seed: int) -> None:
    """Resets a seed generator to its start."""
    generator.state.assign(ops.cast([seed, 0], generator.state.dtype))
