"""What every public model guarantees, whatever its algorithm."""

import functools

import keras
import numpy as np
import pytest
from keras import ops

from kgen.engine.state import is_seed
from tests.conftest import each_model, tiny, untrained, values_for

pytestmark = each_model()


def state(model):
    """Every number that training moves: weights, seeds and the optimizers' variables."""
    optimizers = [
        variable
        for optimizer in model.optimizers.values()
        for variable in optimizer.variables
    ]
    return [
        ops.convert_to_numpy(variable) for variable in [*model.variables, *optimizers]
    ]


def assert_same(first, second):
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


@functools.cache
def trained(name):
    """A small model after one step, and what the step logged."""
    model = tiny(name, ema_decay=0.9)
    return model, model.train_step(values_for(model))


def test_a_step_is_finite_and_logs_every_scalar(name):
    model, logs = trained(name)
    assert set(model.scalars) | {"loss"} <= set(logs)
    assert all(np.isfinite(float(value)) for value in logs.values())


def test_config_round_trip(name):
    given = {
        "beta": 0.25,
        "beta_warmup": 3,
        "saturating": True,
        "label_smoothing": 0.25,
    }
    given |= {"ema_decay": 0.25}
    model = tiny(name, **given)
    again = type(model).from_config(model.get_config())
    assert again.seed == 7
    assert all(
        getattr(again, option) == value
        for option, value in given.items()
        if hasattr(model, option)
    )
    assert [v.shape for v in again.variables] == [v.shape for v in model.variables]
    assert again.fields == model.fields


def test_save_and_load_keep_every_number(name, tmp_path):
    model, _ = trained(name)
    model.save(tmp_path / "model.keras")
    assert_same(state(model), state(keras.saving.load_model(tmp_path / "model.keras")))


def test_every_seed_is_saved_by_position(name):
    model = untrained(name)
    assert {id(model.noise_seeds.state), id(model.evaluation_seeds.state)} <= {
        id(v) for v in model.variables if is_seed(v)
    }


def test_wrong_images_are_refused(name):
    model = untrained(name)
    values = values_for(model)
    image = next(iter(values))
    with pytest.raises(ValueError, match=r"takes images of shape \(n, 8, 8, 1\)"):
        model.fit({**values, image: values[image][:, :, :, 0]}, verbose=0)
    with pytest.raises(ValueError, match=r"takes values in \[0.0, 1.0\]"):
        model.fit({**values, image: (values[image] * 255).astype("uint8")}, verbose=0)
    values[image][3, 2, 1] = np.nan
    with pytest.raises(ValueError, match="finite"):
        model.evaluate(values, verbose=0)


def test_fields_of_other_lengths_are_refused(name):
    model = untrained(name)
    *_, (last, values) = values_for(model).items()
    if len(model.fields) > 1:
        with pytest.raises(ValueError, match="Different numbers"):
            model.fit({**values_for(model), last: values[:5]}, verbose=0)


def test_keras_losses_are_refused(name):
    with pytest.raises(TypeError, match="brings its own losses"):
        untrained(name).compile(loss="mse")


def test_a_player_that_would_never_move_is_refused(name):
    model = untrained(name)
    for optimizer in {model.optimizer_name(player) for player in model.players}:
        with pytest.raises(ValueError, match=f"{optimizer} has the learning rate 0.0"):
            model.compile(**{optimizer: keras.optimizers.SGD(0.0)})
