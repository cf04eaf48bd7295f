"""Optimizers with special settings: averages, loss scales, float16."""

import functools

import keras
import numpy as np
import pytest
from keras import ops

from kgen.engine.gradients import GradientNorm
from kgen.engine.optimizers import innermost, rate_of
from tests.conftest import a_model_of_each_kind, tiny, uncompiled, values_for
from tests.engine.test_model import Shrink, X, one_weight
from tests.models.test_fields import TRAINED

each_kind = a_model_of_each_kind(TRAINED)


def with_optimizers(name, optimizer):
    """A small model each of whose players has an optimizer that the function makes."""
    model = tiny(name)
    model.compile(
        **{model.optimizer_name(player): optimizer() for player in model.players}
    )
    return uncompiled(model)


def fitted(model, **options):
    model.fit(values_for(model), batch_size=16, shuffle=False, verbose=0, **options)
    return model


def averages_of(optimizer):
    return [
        ops.convert_to_numpy(average)
        for average in optimizer._model_variables_moving_average
    ]


def averaging():
    return keras.optimizers.SGD(1e-2, use_ema=True, ema_momentum=0.5)


@each_kind
def test_every_player_ends_with_the_average_of_its_weights(name):
    last = []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: last.extend(model.get_weights())
    )
    model = with_optimizers(name, averaging)
    fitted(model, callbacks=keep)
    for player, optimizer in model.optimizers.items():
        for variable, average in zip(
            model.variables_of(player), averages_of(optimizer), strict=True
        ):
            np.testing.assert_array_equal(ops.convert_to_numpy(variable), average)
    assert any(
        (before != after).any()
        for before, after in zip(last, model.get_weights(), strict=True)
    )


def test_the_average_is_that_of_the_steps():
    model = Shrink(one_weight())
    model.compile(keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.5))
    model.fit(X, batch_size=2, verbose=0)
    # The weights after the steps are ½ and ¼; Keras' average starts from the first.
    assert float(model.dense.kernel[0, 0]) == 0.5 * 0.5 + 0.5 * 0.25


@pytest.mark.parametrize("name", ["vae", "vae-gan"])
def test_the_swap_of_keras_validates_and_ends_with_the_averages(name):
    model = with_optimizers(name, averaging)
    swap, paid = keras.callbacks.SwapEMAWeights(swap_on_epoch=True), []
    watch = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: paid.append(logs["val_loss"])
    )
    fitted(model, callbacks=[swap, watch], validation_data=(values_for(model), None))
    again = model.evaluate(
        values_for(model), batch_size=16, verbose=0, return_dict=True
    )
    assert paid == [pytest.approx(again["loss"], rel=1e-6)]


@each_kind
def test_callbacks_of_keras_set_the_rate_of_every_player(name):
    rates = iter((1e-3, 2e-3, 4e-3))
    model = with_optimizers(name, lambda: keras.optimizers.SGD(next(rates)))
    before = rates_of(model)
    halved = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    quartered = keras.callbacks.ReduceLROnPlateau(
        "loss", factor=0.25, patience=1, min_delta=1e9, min_lr=0.0
    )
    fitted(model, epochs=2, callbacks=[halved, quartered])
    assert rates_of(model) == pytest.approx(
        {player: rate / 16 for player, rate in before.items()}, rel=1e-5
    )


@each_kind
def test_at_a_rate_of_nothing_nothing_moves(name):
    model = with_optimizers(name, lambda: keras.optimizers.SGD(1e-2))
    seen = [weights_of(model)]
    still = keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: 0.0 if epoch else rate
    )
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(weights_of(model))
    )
    fitted(model, epochs=2, callbacks=[still, keep])
    for first, moved, last in zip(*seen, strict=True):
        assert (first != moved).any()
        np.testing.assert_array_equal(moved, last)


@pytest.mark.parametrize("name", ["gan", "cvae-cgan", "vae-gan"])
def test_the_rate_of_all_players_is_set_and_read_by_one_name(name):
    model = with_optimizers(name, lambda: keras.optimizers.SGD(1e-2))
    model.optimizer.learning_rate = 0.5
    assert set(rates_of(model).values()) == {0.5} and rate_of(model.optimizer) == 0.5
    model.generator_optimizer.learning_rate = 0.25
    with pytest.raises(ValueError, match="several learning rates: .*generator 0.25"):
        model.optimizer.learning_rate  # noqa: B018


SETTERS = (
    keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate),
    keras.callbacks.ReduceLROnPlateau("loss"),
)


@pytest.mark.parametrize(
    "callback", SETTERS, ids=lambda callback: type(callback).__name__
)
@pytest.mark.parametrize("name", ["vae", "gan", "vae-gan"])
def test_a_callback_that_could_not_set_a_rate_is_refused_before_training(
    name, callback
):
    falling = keras.optimizers.schedules.CosineDecay(1e-3, 10)
    model = with_optimizers(name, lambda: keras.optimizers.SGD(falling))
    told = (
        f"{type(callback).__name__} cannot set the learning rate of .*optimizer, "
        "which follows a schedule. Leave"
    )
    with pytest.raises(ValueError, match=told):
        fitted(model, callbacks=callback)
    assert model.epochs_trained == 0


def weights_of(model):
    """What the optimizers change, as one array per player."""
    return [
        np.concatenate([np.ravel(variable) for variable in model.variables_of(player)])
        for player in model.players
    ]


def rates_of(model):
    return {
        player: rate_of(optimizer) for player, optimizer in model.optimizers.items()
    }


SCALED = {
    "dynamic": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1e-2)),
    "fixed": lambda: keras.optimizers.SGD(1e-2, loss_scale_factor=1024.0),
}


@functools.cache
def after_steps(name, optimizer=lambda: keras.optimizers.SGD(1e-2)):
    """The weights after an epoch of such optimizers."""
    keras.utils.set_random_seed(0)
    return fitted(with_optimizers(name, optimizer)).get_weights()


@pytest.mark.parametrize("scaled", SCALED.values(), ids=SCALED)
@pytest.mark.parametrize("name", ["vae", "vae-gan", "wgan-gp"])
def test_a_scaled_loss_takes_the_same_steps(name, scaled):
    for plain, other in zip(after_steps(name), after_steps(name, scaled), strict=True):
        np.testing.assert_allclose(plain, other, rtol=1e-5, atol=1e-7)


def test_a_step_whose_gradient_overflows_is_left_out_and_the_scale_halved():
    model = Shrink(one_weight())
    model.compile(
        keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(0.5), initial_scale=2.0**127
        )
    )
    model.dense.kernel.assign([[2.0]])
    model.fit(X * 0.0, batch_size=4, epochs=2, verbose=0)
    assert float(model.optimizer.dynamic_scale) == 2.0**126
    assert float(model.dense.kernel[0, 0]) == 1.0


def test_the_gradient_of_a_scaled_loss_is_measured_without_the_scale():
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(1e-3))
    model = Shrink(one_weight())
    model.compile(optimizer)
    norm = GradientNorm(optimizer)
    model.fit(X, batch_size=4, verbose=0)
    assert norm.since() == pytest.approx(1.0, rel=1e-5)


def test_scales_and_averages_are_saved_and_go_on(tmp_path):
    model = fitted(
        with_optimizers("gan", lambda: keras.optimizers.LossScaleOptimizer(averaging()))
    )
    model.save(tmp_path / "model.keras")
    again = uncompiled(keras.saving.load_model(tmp_path / "model.keras"))
    straight, resumed = (
        [*fitted(some).get_weights(), *state_of(some)] for some in (model, again)
    )
    for one, other in zip(straight, resumed, strict=True):
        np.testing.assert_array_equal(one, other)


def state_of(model):
    """The variables of all optimizers."""
    return [
        ops.convert_to_numpy(v)
        for optimizer in model.optimizers.values()
        for v in optimizer.variables
    ]


@pytest.fixture
def float16():
    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy("float32")


@each_kind
def test_float16_networks_scale_their_losses_and_pay_what_float32_networks_pay(
    name, float16
):
    model = fitted(uncompiled(tiny(name)))
    keras.config.set_dtype_policy("float32")
    exact = uncompiled(tiny(name))
    exact.set_weights(model.get_weights())
    low, high = (
        some.evaluate(values_for(some), verbose=0, return_dict=True)
        for some in (model, exact)
    )
    assert low == pytest.approx(high, rel=2e-3, abs=2e-3)
    assert all(
        innermost(optimizer) is not optimizer for optimizer in model.optimizers.values()
    )


def test_nobody_scales_what_is_not_to_be_scaled(float16):
    model = tiny("vae")
    model.compile(auto_scale_loss=False)
    assert innermost(model.optimizer) is model.optimizer
    given = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam())
    model.compile(given)
    assert model.optimizer is given
