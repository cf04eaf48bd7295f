"""What a whole training guarantees, of one model per kind."""

import functools

import keras
import numpy as np
import pytest

from kgen.models import MODELS
from tests.conftest import (
    KINDS,
    TRIED,
    a_model_of_each_kind,
    tiny,
    uncompiled,
    values_for,
)
from tests.engine.test_contract import assert_same, state

pytestmark = pytest.mark.whole

kinds_and_two_more = a_model_of_each_kind(
    MODELS, TRIED & (KINDS | {"cycle-gan", "dr-vae"})
)

# Of one program for all tests: under JAX it is compiled once and read from the cache then.
OPTIONS = {"ema_decay": 0.9, "beta_warmup": 10}
STEPS = {"batch_size": 16, "shuffle": False, "verbose": 0}


@kinds_and_two_more
def test_saved_and_continued_equals_not_having_stopped(name, tmp_path):
    straight = uncompiled(tiny(name, **OPTIONS))
    values = values_for(straight)
    straight.fit(values, **STEPS)
    straight.save(tmp_path / "model.keras")
    straight.fit(values, **STEPS)
    keras.utils.set_random_seed(99)
    resumed = uncompiled(keras.saving.load_model(tmp_path / "model.keras"))
    resumed.fit(values, **STEPS)
    assert_same(state(straight), state(resumed))
    assert straight.epochs_trained == resumed.epochs_trained == 2


@functools.cache
def trained(name, at_once=1, validated=True):
    """The logs of two epochs, and the weights after them; several steps at once are compiled."""
    keras.utils.set_random_seed(0)
    model = tiny(name, **OPTIONS)
    model.steps_per_execution = at_once
    model = model if at_once > 1 else uncompiled(model)
    values = values_for(model)
    validation = values if validated else None
    logs = model.fit(values, epochs=2, validation_data=validation, **STEPS).history
    return logs, model.get_weights()


@a_model_of_each_kind(MODELS)
def test_compiled_steps_in_one_go_are_the_same_steps(name):
    (logs, weights), (others, other_weights) = trained(name), trained(name, at_once=3)
    assert list(logs) == list(others)
    for one, other in zip(
        [*logs.values(), *weights], [*others.values(), *other_weights], strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@kinds_and_two_more
def test_validation_does_not_change_training(name):
    (logs, weights), (others, other_weights) = (
        trained(name),
        trained(name, validated=False),
    )
    assert "val_loss" in logs and "val_loss" not in others
    assert all(logs[name] == values for name, values in others.items())
    assert_same(weights, other_weights)
