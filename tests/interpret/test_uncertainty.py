"""How sure networks are: dropout, ensembles, intervals."""

import keras
import numpy as np
import pytest
from keras import layers

from kgen import interpret
from tests.conftest import tiny, values_for
from tests.interpret.networks import functional, nested, sequential, subclassed

X = np.random.default_rng(0).random((50, 12, 10, 2), dtype="float32")


def test_dropout_spreads_the_answers():
    found = interpret.dropout_spread(nested(), X, draws=5)
    assert found.mean.shape == found.deviation.shape == (50, 3)
    np.testing.assert_allclose(found.mean.sum(axis=1), 1.0, rtol=1e-5)
    assert (found.deviation > 0).any()


def test_the_spread_of_dropout_is_that_of_theory():
    # Σ x w / (1 − p) over kept points: of 200 ones the variance 200 p / (1 − p).
    model = keras.Sequential(
        [keras.Input((200,)), layers.Dropout(0.5), layers.Dense(1, use_bias=False)]
    )
    model.set_weights([np.ones((200, 1), "float32")])
    found = interpret.dropout_spread(model, np.ones((40, 200), "float32"), draws=200)
    assert found.mean.mean() == pytest.approx(200.0, rel=0.01)
    assert found.deviation.mean() == pytest.approx(200.0**0.5, rel=0.05)


def test_batch_normalisation_stays_as_it_is_in_predictions():
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(1),
        ]
    )
    kept = [np.array(value) for value in model.layers[0].get_weights()]
    interpret.dropout_spread(model, 5.0 + X[:, 0, :4, 0], draws=3)
    for before, after in zip(kept, model.layers[0].get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_network_without_dropout_is_told():
    with pytest.raises(
        ValueError,
        match="has no dropout. Train one with dropout, or take ensemble_spread",
    ):
        interpret.dropout_spread(sequential(), X)


@pytest.mark.parametrize("name", ["acgan", "cvae-cgan"])
def test_kgen_classifiers_with_dropout(name):
    model = tiny(name, dropout=0.5)
    found = interpret.dropout_spread(model, values_for(model, 4)["x"], draws=3)
    assert found.mean.shape == (4, 3) and (found.deviation > 0).all()


def test_an_ensemble_of_regressors_answers_in_stored_units():
    models = [tiny("regressor", seed=seed) for seed in range(3)]
    x = values_for(models[0], 4)["x"]
    found = interpret.ensemble_spread(models, x)
    each = np.stack([model.estimate(x) for model in models])
    np.testing.assert_allclose(found.mean[:, 0], each.mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(
        found.deviation[:, 0], each.std(axis=0, ddof=1), rtol=1e-2, atol=1e-4
    )
    with pytest.raises(ValueError, match="1 model has no spread. Give two or more"):
        interpret.ensemble_spread(models[:1], x)


def test_an_ensemble_of_classifiers():
    found = interpret.ensemble_spread([functional(), subclassed()], X)
    np.testing.assert_allclose(found.mean.sum(axis=1), 1.0, rtol=1e-5)


def test_intervals_of_normal_numbers_cover_their_share():
    random = np.random.default_rng(0)
    mean, deviation = random.normal(50, 9, 20_000), random.uniform(1, 3, 20_000)
    numbers = mean + random.normal(0, np.hypot(deviation, 4.0))
    spread = interpret.Spread(mean[:, None], deviation[:, None])
    noise = interpret.unexplained(spread, numbers)
    assert noise == pytest.approx(4.0, rel=0.03)
    for level in (0.5, 0.9):
        assert interpret.coverage(
            numbers, *spread.interval(level, noise)
        ) == pytest.approx(level, abs=0.01)
    assert interpret.coverage(numbers, *spread.interval(0.9)) < 0.7
    with pytest.raises(ValueError, match="level=1.5 is not a number"):
        spread.interval(1.5)
