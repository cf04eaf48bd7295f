import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kgen import likelihoods
from kgen.fields import Vector
from kgen.likelihoods import Bernoulli, ContinuousBernoulli, Gaussian, Laplace

LOGITS = np.array(
    [-30.0, -5.0, -0.31, -0.29, -0.01, 0.0, 0.01, 0.29, 0.31, 5.0, 30.0], "float32"
)


def test_bernoulli_is_scipys():
    x, logits = (
        np.array([[0.0, 1.0, 1.0]], "float32"),
        np.array([[-1.0, 0.3, 2.0]], "float32"),
    )
    expected = stats.bernoulli.logpmf(x, 1 / (1 + np.exp(-logits))).sum()
    np.testing.assert_allclose(Bernoulli().log_prob(x, logits), [expected], rtol=1e-5)


def test_pixels_are_summed_not_averaged():
    assert float(
        Bernoulli().log_prob(ops.ones((1, 8, 8, 3)), ops.zeros((1, 8, 8, 3)))[0]
    ) == pytest.approx(8 * 8 * 3 * np.log(0.5), rel=1e-5)


@pytest.mark.parametrize("logit", LOGITS)
def test_continuous_bernoulli_integrates_to_one_and_has_its_mean(logit):
    x = (np.arange(200_000) + 0.5) / 200_000
    density = np.exp(
        np.asarray(
            ContinuousBernoulli().log_density(x.astype("float32"), np.float32(logit)),
            float,
        )
    )
    assert density.mean() == pytest.approx(1.0, abs=2e-5)
    assert float(ContinuousBernoulli().mean(logit)) == pytest.approx(
        (density * x).mean(), abs=1e-5
    )


def test_gaussian_is_scipys():
    x, mean = np.random.default_rng(0).random((2, 3, 4)).astype("float32")
    expected = stats.norm.logpdf(x, mean, np.sqrt(0.3)).sum(axis=1)
    np.testing.assert_allclose(
        Gaussian(variance=0.3).log_prob(x, mean), expected, rtol=1e-5
    )


def test_learned_variance_has_its_gradient_and_fixed_has_none():
    assert len(Gaussian(learned=True).trainable_variables) == 1
    assert len(Gaussian().trainable_variables) == 0


@pytest.mark.whole
def test_learned_variance_finds_the_variance_of_the_noise():
    likelihood = Gaussian(variance=1.0, learned=True)
    x = np.random.default_rng(0).normal(0.0, 0.3, (4000, 1)).astype("float32")

    class Fit(keras.Model):
        def __init__(self):
            super().__init__()
            self.likelihood = likelihood

        def call(self, inputs):
            self.add_loss(-ops.mean(self.likelihood.log_prob(inputs, 0 * inputs)))
            return inputs

    model = Fit()
    model.compile(keras.optimizers.Adam(0.1))
    model.fit(x, batch_size=4000, epochs=200, verbose=0)
    assert float(ops.exp(likelihood.log_variance)) == pytest.approx(x.var(), rel=0.01)


def test_laplace_is_scipys():
    x, median = np.random.default_rng(0).random((2, 3, 4)).astype("float32")
    expected = stats.laplace.logpdf(x, median, 0.2).sum(axis=1)
    np.testing.assert_allclose(
        Laplace(scale=0.2).log_prob(x, median), expected, rtol=1e-5
    )


@pytest.mark.parametrize("name", likelihoods.LIKELIHOODS)
def test_the_config_returns(name):
    likelihood = likelihoods.get(name)
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(likelihood)
    )
    np.testing.assert_array_equal(
        likelihood.log_density(0.3, LOGITS), again.log_density(0.3, LOGITS)
    )


SHAPES = {
    "vector": (7,),
    "curve": (11, 3),
    "picture": (9, 8, 3),
    "volume": (6, 6, 6, 1),
}
SCIPY = {
    "bernoulli": lambda x, p: x * p - np.logaddexp(0.0, p),
    "gaussian": lambda x, p: stats.norm.logpdf(x, p, np.sqrt(0.1)),
    "laplace": lambda x, p: stats.laplace.logpdf(x, p, 0.1),
    "continuous-bernoulli": lambda x, p: x * p - np.log(np.expm1(p) / p),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("name", likelihoods.LIKELIHOODS)
def test_a_value_of_any_shape_has_the_log_probability_of_all_its_numbers(name, shape):
    random = np.random.default_rng(0)
    x, parameters = random.random((5, *shape)), random.normal(0.0, 2.0, (5, *shape))
    expected = SCIPY[name](x, parameters).reshape(5, -1).sum(axis=1)
    for event_shape in (None, shape):
        likelihood = likelihoods.get(name, event_shape)
        found = likelihood.log_prob(x.astype("float32"), parameters.astype("float32"))
        np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_one_value_meets_many_latents_by_broadcasting(shape):
    random = np.random.default_rng(0)
    x, parameters = random.random((5, 1, *shape)), random.random((5, 4, *shape))
    found = likelihoods.get("gaussian", shape).log_prob(x, parameters)
    expected = SCIPY["gaussian"](x, parameters).reshape(5, 4, -1).sum(axis=2)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_standardised_values_have_a_learned_noise_and_others_are_brought_to_the_unit_interval():
    table = np.random.default_rng(0).normal(5.0, 2.0, (50, 3))
    field = Vector.of(table, "x").fitted(table)
    likelihood, kept = likelihoods.of(field)
    assert likelihood.learned and kept == field
    likelihood, brought = likelihoods.of(field, "bernoulli")
    assert brought.limits == (0.0, 1.0) and not brought.standardised
    scaled = brought.scaled(table)
    np.testing.assert_allclose(
        [scaled.min(axis=0), scaled.max(axis=0)], [[0.0] * 3, [1.0] * 3], atol=1e-6
    )


def test_a_gaussian_of_the_first_versions_loses_the_range_that_its_field_has():
    old = {**Gaussian(learned=True).get_config(), "pixel_range": (-3.0, 2.0)}
    assert Gaussian.from_config(old).learned


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="variance=0 must be above 0"):
        Gaussian(variance=0)
    with pytest.raises(ValueError, match="scale=-1 must be above 0"):
        Laplace(scale=-1)
    with pytest.raises(
        ValueError, match="'poisson' is not known. Choose one of bernoulli"
    ):
        likelihoods.get("poisson")
