"""What every way of playing guarantees: a model of each that trains differently."""

import warnings

import keras
import pytest
from keras import ops

from tests.conftest import each_play, tiny, uncompiled, values_for
from tests.engine.test_contract import assert_same, state

pytestmark = each_play()


def test_a_play_moves_only_its_own_trainable_variables(name, monkeypatch):
    model, played = tiny(name, ema_decay=None), []
    play = model.play

    def watched(player, *arguments, **options):
        own = {
            id(variable)
            for network in model.players[player]
            for variable in network.trainable_variables
        }
        before = [ops.convert_to_numpy(v) for v in model.trainable_variables]
        play(player, *arguments, **options)
        now = [ops.convert_to_numpy(v) for v in model.trainable_variables]
        moved = {
            id(v)
            for v, old, new in zip(model.trainable_variables, before, now, strict=True)
            if (old != new).any()
        }
        assert moved and moved <= own
        played.append(player)

    monkeypatch.setattr(model, "play", watched)
    model.train_step(values_for(model))
    assert set(played) == set(model.players)


def test_frozen_networks_stay(name):
    model = tiny(name)
    network = next(reversed(model.players.values()))[0]
    network.trainable = False
    before = network.get_weights()
    model.train_step(values_for(model))
    assert_same(before, network.get_weights())


def test_save_and_load_keep_everything_without_a_warning(name, tmp_path):
    model = tiny(name, ema_decay=0.9)
    values = values_for(model)
    model.fit(values, batch_size=16, epochs=2, verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        model.save(tmp_path / "model.keras")
        again = keras.saving.load_model(tmp_path / "model.keras")
    assert_same(state(model), state(again))
    first, second = (
        uncompiled(some).evaluate(values, verbose=0, return_dict=True)
        for some in (model, again)
    )
    assert first == second


def test_evaluations_agree_and_leave_the_model_alone(name):
    model = tiny(name, ema_decay=0.9)
    values = values_for(model)
    model.train_step(values)
    before = state_without_evaluation_seed(model)
    first = model.evaluate(values, verbose=0, return_dict=True)
    assert first == model.evaluate(values, verbose=0, return_dict=True)
    assert_same(before, state_without_evaluation_seed(model))


def state_without_evaluation_seed(model):
    kept = [v for v in model.variables if v is not model.evaluation_seeds.state]
    return [ops.convert_to_numpy(v) for v in kept]


@pytest.fixture
def bfloat16():
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy("float32")


def test_bfloat16_networks_pay_what_float32_networks_pay(name, bfloat16, tmp_path):
    model = uncompiled(tiny(name))
    values = values_for(model)
    model.fit(values, batch_size=16, verbose=0)
    model.save(tmp_path / "model.keras")
    keras.config.set_dtype_policy("float32")
    exact = uncompiled(tiny(name))
    exact.set_weights(model.get_weights())
    low, high = (
        some.evaluate(values, verbose=0, return_dict=True) for some in (model, exact)
    )
    # Logits of a GAN are near 0, where rounding shows in the loss; a sum over pixels averages it.
    names = ("reconstruction_loss", "real_loss", *model.scalars)
    scalar = next(name for name in names if name in low)
    bound = 2e-3 if scalar == "real_loss" else 1e-3
    assert low[scalar] == pytest.approx(high[scalar], rel=bound, abs=bound)
    layers = [
        layer
        for networks in model.players.values()
        for net in networks
        for layer in net._flatten_layers()
    ]
    assert "bfloat16" in {layer.compute_dtype for layer in layers}
    again = uncompiled(keras.saving.load_model(tmp_path / "model.keras"))
    assert again.evaluate(values, verbose=0, return_dict=True) == low


def test_a_rate_that_came_to_rest_is_loaded(name, tmp_path):
    model = tiny(name)
    for optimizer in model.optimizers.values():
        optimizer.learning_rate = 0.0
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert [
        float(optimizer.learning_rate) for optimizer in again.optimizers.values()
    ] == [0.0] * len(model.players)
