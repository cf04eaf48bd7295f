"""What every way of playing guarantees: a model of each that trains differently."""

import keras
from keras import ops

from kgen.models import MODELS
from tests.conftest import (
    KINDS,
    TRIED,
    a_model_of_each_kind,
    each_play,
    tiny,
    uncompiled,
    values_for,
)
from tests.engine.test_contract import assert_same

a_player_of_each_kind = a_model_of_each_kind(MODELS, TRIED & (KINDS | {"cycle-gan"}))


@each_play()
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


@a_player_of_each_kind
def test_frozen_networks_stay(name):
    model = tiny(name)
    network = next(reversed(model.players.values()))[0]
    network.trainable = False
    before = network.get_weights()
    model.train_step(values_for(model))
    assert_same(before, network.get_weights())


@a_player_of_each_kind
def test_evaluations_agree_and_leave_the_model_alone(name):
    model = uncompiled(tiny(name, ema_decay=0.9))
    values = values_for(model)
    model.train_step(values)
    before = state_without_evaluation_seed(model)
    first = model.evaluate(values, verbose=0, return_dict=True)
    assert first == model.evaluate(values, verbose=0, return_dict=True)
    assert_same(before, state_without_evaluation_seed(model))


def state_without_evaluation_seed(model):
    kept = [v for v in model.variables if v is not model.evaluation_seeds.state]
    return [ops.convert_to_numpy(v) for v in kept]


@a_model_of_each_kind(MODELS)
def test_a_rate_that_came_to_rest_is_loaded(name, tmp_path):
    model = tiny(name)
    for optimizer in model.optimizers.values():
        optimizer.learning_rate = 0.0
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert [
        float(optimizer.learning_rate) for optimizer in again.optimizers.values()
    ] == [0.0] * len(model.players)
