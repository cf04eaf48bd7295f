import keras
import numpy as np
import pytest

from kgen.fields import Image
from kgen.models import FAnoGAN
from tests.conftest import tiny

SHAPE = (4, 4, 1)
UNIT = Image(SHAPE, 0.0, 1.0, span=(0.0, 1.0), learned=False)


def linear(weights, feature_weight):
    """An f-AnoGAN with G(z) = z W, E its transpose, and twice the pixels as features."""
    z, x = keras.Input((len(weights),)), keras.Input(SHAPE)
    drawn, latents, features = (
        keras.layers.Dense(units, use_bias=False) for units in (16, len(weights), 16)
    )
    flat = keras.layers.Flatten()(x)
    networks = [
        keras.Model(z, keras.layers.Reshape(SHAPE)(drawn(z))),
        keras.Model(x, [keras.layers.Dense(1)(flat), features(flat)]),
        keras.Model(x, latents(flat)),
    ]
    for layer, value in (
        (drawn, weights),
        (latents, weights.T),
        (features, 2.0 * np.eye(16)),
    ):
        layer.set_weights([value])
    return FAnoGAN(*networks, feature_weight, fields={"x": UNIT})


def test_the_score_of_a_linear_model_is_the_residual_of_pca():
    random = np.random.default_rng(0)
    weights = np.linalg.qr(random.standard_normal((16, 3)))[0].T.astype("float32")
    images = random.random((5, *SHAPE), dtype="float32")
    rows = images.reshape(5, 16)
    residual = rows - rows @ weights.T @ weights
    squares = np.square(residual).mean(axis=1)
    for weight in (0.0, 0.5):
        found = linear(weights, weight).anomalies(images)
        np.testing.assert_allclose(
            found.scores, (1.0 + 4.0 * weight) * squares, rtol=1e-4
        )
    np.testing.assert_allclose(found.maps.reshape(5, 16), np.abs(residual), atol=1e-6)


def test_a_search_mends_what_the_encoder_missed():
    random = np.random.default_rng(0)
    weights = np.linalg.qr(random.standard_normal((16, 3)))[0].T.astype("float32")
    images = random.random((5, *SHAPE), dtype="float32")
    right, wrong = linear(weights, 0.5), linear(weights, 0.5)
    wrong.encoder.layers[-1].set_weights([0.0 * weights.T])
    best = right.anomalies(images).scores
    assert (wrong.anomalies(images).scores > 1.02 * best).all()
    wrong.search_steps = 300
    found = wrong.anomalies(images)
    np.testing.assert_allclose(found.scores, best, rtol=1e-3)
    alone = wrong.anomalies(images[:2])
    np.testing.assert_allclose(alone.nearest, found.nearest[:2], atol=1e-5)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).random((16, 8, 8, 1), dtype="float32")


def moved(model, images):
    """The players whose weights an epoch of fit moves."""
    before = {player: state(model, player) for player in model.players}
    model.fit(images, batch_size=8, epochs=1, verbose=0)
    return {
        player for player, old in before.items() if (state(model, player) != old).any()
    }


def state(model, player):
    return np.concatenate([np.ravel(weight) for weight in model.variables_of(player)])


def test_the_encoder_begins_after_the_game_which_rests_from_then_on(images):
    model = tiny("f-anogan", game_epochs=1)
    assert moved(model, images) == {"discriminator", "generator"}
    with pytest.raises(
        ValueError, match="encoder begins after game_epochs=1, and .* for 1"
    ):
        model.detect(images)
    statistics = model.generator.get_weights()
    assert moved(model, images) == {"encoder"}
    for one, other in zip(statistics, model.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.isfinite(model.detect(images)).all()
    logs = model.evaluate(images, verbose=0, return_dict=True)
    assert logs["encoding_loss"] > 0 and logs["gradient_penalty"] > 0


@pytest.mark.parametrize(
    "options", [{"feature_weight": -1.0}, {"game_epochs": -1}, {"search_steps": -1}]
)
def test_arguments_out_of_range_are_refused(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))}=-1"):
        tiny("f-anogan", **options)
