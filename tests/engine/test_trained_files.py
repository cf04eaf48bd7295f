"""Files of trained models and their precision: a model of each kind of game and autoencoder."""

import warnings

import keras
import pytest

from kgen import models
from tests.conftest import a_model_of_each_kind, tiny, uncompiled, values_for
from tests.engine.test_contract import assert_same, state
from tests.engine.test_trainings import OPTIONS
from tests.models.test_fields import TRAINED


@a_model_of_each_kind(models.MODELS)
def test_save_and_load_keep_everything_without_a_warning(name, tmp_path):
    model = uncompiled(tiny(name, **OPTIONS))
    values = values_for(model)
    model.fit(values, batch_size=16, verbose=0)
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


def test_a_save_builds_no_layers(tmp_path, monkeypatch):
    model, built = tiny("vae"), []
    model.save(tmp_path / "first.keras")
    monkeypatch.setattr(keras.Layer, "__init__", lambda self: built.append(self))
    model.save(tmp_path / "second.keras")
    assert built == []


@pytest.fixture
def bfloat16():
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy("float32")


@a_model_of_each_kind(TRAINED)
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
