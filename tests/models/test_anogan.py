import keras
import numpy as np
import pytest

from kgen.fields import Image
from kgen.models import AnoGAN
from tests.conftest import tiny

SHAPE = (4, 4, 1)
UNIT = Image(SHAPE, 0.0, 1.0, span=(0.0, 1.0), learned=False)


def flat(feature_weight):
    """An AnoGAN whose G draws one shade, z, and whose D sees twice the first point."""
    z, x = keras.Input((1,)), keras.Input(SHAPE)
    shade = keras.layers.Dense(16, use_bias=False, kernel_initializer="ones")(z)
    generator = keras.Model(z, keras.layers.Reshape(SHAPE)(shade))
    seen = keras.layers.Flatten()(x)
    first = np.zeros((16, 1), "float32")
    first[0] = 2.0
    features = keras.layers.Dense(1, use_bias=False)
    discriminator = keras.Model(x, [keras.layers.Dense(1)(seen), features(seen)])
    features.set_weights([first])
    return AnoGAN(generator, discriminator, feature_weight, 400, fields={"x": UNIT})


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).random((5, *SHAPE), dtype="float32")


def test_the_nearest_shade_by_absolute_residuals_is_the_median(images):
    found = flat(0.0).anomalies(images)
    pixels = images.reshape(5, 16)
    median = np.median(pixels, axis=1, keepdims=True)
    residual = np.abs(pixels - median)
    np.testing.assert_allclose(found.scores, residual.sum(axis=1), rtol=1e-3)
    # the least of Σ |x − z| lies between these two
    middle = np.sort(pixels, axis=1)[:, 7:9]
    nearest = found.nearest[:, 0, 0, 0]
    assert (middle[:, 0] - 1e-2 <= nearest).all() and (
        nearest <= middle[:, 1] + 1e-2
    ).all()
    np.testing.assert_allclose(
        found.maps, np.abs(images - found.nearest)[..., 0], atol=1e-6
    )


def test_the_weight_of_the_features_is_lambda_and_not_its_rest(images):
    nearest = np.full_like(images, 0.25)
    residual = np.abs(images - 0.25).sum(axis=(1, 2, 3))
    mismatch = 2.0 * np.abs(images[:, 0, 0, 0] - 0.25)
    for weight in (0.0, 0.1, 1.0):
        score = np.asarray(flat(weight).strangeness(images, nearest))
        np.testing.assert_allclose(
            score, (1 - weight) * residual + weight * mismatch, rtol=1e-5
        )


@pytest.fixture(scope="module")
def moved():
    """A model whose BatchNorm has seen batches."""
    keras.utils.set_random_seed(0)
    model = tiny("anogan", search_steps=30)
    values = np.random.default_rng(1).random((32, 8, 8, 1), dtype="float32")
    model.fit(values, batch_size=16, epochs=1, verbose=0)
    return model, values[:6]


def test_a_score_does_not_depend_on_the_other_images(moved):
    model, values = moved
    whole, alone = model.anomalies(values), model.anomalies(values[2:3])
    order = np.array([4, 2, 0, 5, 1, 3])
    shuffled = model.anomalies(values[order])
    # Sums of other batches round otherwise, and the search carries it on.
    np.testing.assert_allclose(whole.scores[2], alone.scores[0], rtol=2e-3)
    np.testing.assert_allclose(whole.scores[order], shuffled.scores, rtol=2e-3)


def test_a_search_moves_no_weight_and_no_statistic(moved):
    model, values = moved
    before = model.get_weights()
    model.detect(values)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_many_batches_are_searched_by_one_compiled_step(moved):
    model, values = moved
    model = again(model)
    cost, traces = model.descent.cost, []
    model.descent.cost = lambda *given: traces.append(1) or cost(*given)
    model.batch_size = 2
    scores = model.detect(values)
    model.detect(values)
    assert len(traces) == 1
    np.testing.assert_allclose(scores, moved[0].detect(values), rtol=2e-3)


def test_a_search_sees_weights_that_came_after_the_last(moved):
    model, values = again(moved[0]), moved[1]
    model.detect(values)
    model.set_weights([3.0 * weight for weight in model.get_weights()])
    np.testing.assert_allclose(
        model.detect(values), again(model).detect(values), rtol=1e-5
    )
    assert (np.abs(model.detect(values) / moved[0].detect(values) - 1.0) > 0.01).any()


def again(model):
    """A copy that has not searched yet."""
    copy = AnoGAN.from_config(model.get_config())
    copy.set_weights(model.get_weights())
    return copy


def test_options_of_gan_are_kept_in_the_file(tmp_path):
    given = {"label_smoothing": 0.1, "label_noise": 0.2, "saturating": True}
    tiny("anogan", **given).save(tmp_path / "model.keras")
    model = keras.saving.load_model(tmp_path / "model.keras")
    assert {name: getattr(model, name) for name in given} == given


def test_own_samples_are_found_again():
    keras.utils.set_random_seed(0)
    model = tiny("anogan", width=8, search_steps=300)
    samples = model.generate(8, seed=5)
    # Small random weights draw grey, of which a sample differs by little: that little is found.
    error = np.abs(model.anomalies(samples).nearest - samples).mean()
    spread = np.abs(samples - samples.mean(axis=0)).mean()
    assert error < 0.1 * spread


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"feature_weight": 1.5},
            r"feature_weight=1.5 is not a number in \[0.0, 1.0\]",
        ),
        ({"search_steps": 0}, "search_steps=0 is not a whole number"),
        ({"label_smoothing": 0.7}, "label_smoothing=0.7"),
    ],
)
def test_arguments_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        tiny("anogan", **options)


def test_images_of_another_size_are_refused_before_the_search(moved):
    model, values = moved
    with pytest.raises(ValueError, match=r"x has the shape \(6, 4, 8, 1\)"):
        model.anomalies(values[:, :4])
