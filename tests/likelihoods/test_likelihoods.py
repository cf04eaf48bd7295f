import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kgen import likelihoods
from kgen.likelihoods import Bernoulli, ContinuousBernoulli, Gaussian, Laplace

LOGITS = np.array([-30.0, -5.0, -0.31, -0.29, -0.01, 0.0, 0.01, 0.29, 0.31, 5.0, 30.0], "float32")


def test_bernoulli_is_scipys():
    x, logits = np.array([[0.0, 1.0, 1.0]], "float32"), np.array([[-1.0, 0.3, 2.0]], "float32")
    expected = stats.bernoulli.logpmf(x, 1 / (1 + np.exp(-logits))).sum()
    np.testing.assert_allclose(Bernoulli().log_prob(x, logits), [expected], rtol=1e-5)


def test_pixels_are_summed_not_averaged():
    assert float(Bernoulli().log_prob(ops.ones((1, 8, 8, 3)), ops.zeros((1, 8, 8, 3)))[0]) == pytest.approx(
        8 * 8 * 3 * np.log(0.5), rel=1e-6
    )


@pytest.mark.parametrize("logit", LOGITS)
def test_continuous_bernoulli_integrates_to_one_and_has_its_mean(logit):
    x = (np.arange(200_000) + 0.5) / 200_000
    density = np.exp(np.asarray(ContinuousBernoulli().log_density(x.astype("float32"), np.float32(logit)), float))
    assert density.mean() == pytest.approx(1.0, abs=2e-5)
    assert float(ContinuousBernoulli().mean(logit)) == pytest.approx((density * x).mean(), abs=1e-5)


def test_gaussian_is_scipys():
    x, mean = np.random.default_rng(0).random((2, 3, 4)).astype("float32")
    expected = stats.norm.logpdf(x, mean, np.sqrt(0.3)).sum(axis=1)
    np.testing.assert_allclose(Gaussian(variance=0.3).log_prob(x, mean), expected, rtol=1e-5)


def test_learned_variance_has_its_gradient_and_fixed_has_none():
    assert len(Gaussian(learned=True).trainable_variables) == 1
    assert len(Gaussian().trainable_variables) == 0


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
    np.testing.assert_allclose(Laplace(scale=0.2).log_prob(x, median), expected, rtol=1e-5)


@pytest.mark.parametrize("name", likelihoods.LIKELIHOODS)
def test_pixels_stay_in_range_and_the_config_returns(name):
    likelihood = likelihoods.get(name)
    low, high = likelihood.input_range
    pixels = ops.convert_to_numpy(likelihood.pixels(LOGITS))
    assert pixels.min() >= low and pixels.max() <= high
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(likelihood))
    np.testing.assert_array_equal(likelihood.log_density(0.3, LOGITS), again.log_density(0.3, LOGITS))


def test_a_gaussian_of_standardised_pixels_keeps_their_range():
    likelihood = likelihoods.get("gaussian", (-3.0, 2.0))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(likelihood))
    for found in (likelihood, again):
        assert tuple(found.input_range) == (-3.0, 2.0) and found.learned
        np.testing.assert_array_equal(found.pixels(np.float32([-9.0, 1.0, 9.0])), [-3.0, 1.0, 2.0])
    assert likelihoods.get("bernoulli", (-3.0, 2.0)).input_range == (0.0, 1.0)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="pixel_range=.2, 1. is not the least"):
        Gaussian(pixel_range=(2, 1))
    with pytest.raises(ValueError, match="variance=0 must be above 0"):
        Gaussian(variance=0)
    with pytest.raises(ValueError, match="scale=-1 must be above 0"):
        Laplace(scale=-1)
    with pytest.raises(ValueError, match="'poisson' is not known. Choose one of bernoulli"):
        likelihoods.get("poisson")
