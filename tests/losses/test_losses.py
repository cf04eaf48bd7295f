import math

import numpy as np
import pytest
from keras import ops
from scipy import stats

from kgen import losses


def test_kl_of_known_gaussians():
    mean, log_var = (
        np.array([[1.0], [0.0]], "float32"),
        np.array([[0.0], [1.0]], "float32"),
    )
    np.testing.assert_allclose(
        losses.kl_divergence(mean, log_var), [0.5, 0.5 * (math.e - 2)], atol=1e-4
    )


def test_kl_sums_over_latent_dimensions():
    ones = np.ones((2, 7), "float32")
    np.testing.assert_allclose(
        losses.kl_divergence(ones, 0 * ones), [3.5, 3.5], rtol=1e-6
    )


def test_class_leakage_estimates_the_share_of_the_class_means_without_bias():
    rng, centres = np.random.default_rng(0), np.array([[0.6, 0.0], [0.0, -0.8]])
    labels = rng.integers(0, 2, (2_000, 8))
    latents = centres[labels] + rng.standard_normal((*labels.shape, 2))
    values = [
        float(ops.mean(losses.class_leakage(c.astype("float32"), y)))
        for c, y in zip(latents, labels, strict=True)
    ]
    # A latent vector alone in its class counts as 0, which happens with probability (1/2)^7.
    expected = 0.5 * 0.5 * (0.36 + 0.64) * (1 - 0.5**7)
    assert np.mean(values) == pytest.approx(
        expected, abs=3 * np.std(values) / len(values) ** 0.5
    )


def test_class_leakage_of_equal_latents_is_half_their_squared_length_and_nothing_without_company():
    latents = np.array([[3.0, 4.0], [3.0, 4.0], [1.0, 1.0]], "float32")
    np.testing.assert_allclose(
        losses.class_leakage(latents, np.array([7, 7, 2])), [12.5, 12.5, 0.0], rtol=1e-6
    )


def optimal_logits(x, mean):
    """log p_real(x) / p_fake(x) for N(0, 1) against N(mean, 1)."""
    return (0.5 * mean**2 - mean * x).astype("float32")


@pytest.mark.parametrize(
    ("mean", "expected"), [(0.0, 1.3863), (1.0, 1.1635), (2.0, 0.7126), (4.0, 0.1209)]
)
def test_optimal_discriminator_pays_what_theory_says(mean, expected):
    x = np.random.default_rng(0).standard_normal(400_000)
    real, fake = optimal_logits(x, mean), optimal_logits(x + mean, mean)
    paid = ops.mean(losses.real_loss(real)) + ops.mean(losses.fake_loss(fake))
    assert float(paid) == pytest.approx(expected, abs=4e-3)


def test_equilibrium():
    zero = np.zeros((5, 1), "float32")
    np.testing.assert_allclose(losses.generator_loss(zero), math.log(2), rtol=1e-5)
    np.testing.assert_allclose(
        losses.class_loss(np.arange(5), np.zeros((5, 10), "float32")),
        math.log(10),
        rtol=1e-5,
    )


def test_label_smoothing_is_the_cross_entropy_with_a_soft_target():
    logits = np.array([-3.0, 0.5, 2.0], "float32")
    d = 1 / (1 + np.exp(-logits))
    expected = -0.9 * np.log(d) - 0.1 * np.log(1 - d)
    np.testing.assert_allclose(losses.real_loss(logits, 0.1), expected, rtol=1e-5)


def test_saturated_logits_stay_finite():
    logits = np.array([-200.0, 200.0], "float32")
    for loss in (
        losses.real_loss,
        losses.fake_loss,
        losses.generator_loss,
        losses.saturating_loss,
    ):
        assert np.isfinite(loss(logits)).all()


def test_the_saturating_loss_is_the_discriminators_gain():
    logits = np.array([-3.0, 0.5, 2.0], "float32")
    np.testing.assert_allclose(
        losses.saturating_loss(logits), np.log(1 - 1 / (1 + np.exp(-logits))), rtol=1e-5
    )


def test_hits_are_counted_by_the_greatest_logit():
    logits = np.array([[0.0, 2.0, 1.0], [3.0, -1.0, 0.0]], "float32")
    np.testing.assert_array_equal(
        losses.accuracy(np.array([1, 2]), logits), [True, False]
    )


def test_least_squares_and_wasserstein_losses_of_single_numbers():
    values = np.array([[-1.0], [0.5], [3.0]], "float32")
    np.testing.assert_allclose(
        losses.least_squares_loss(values, 1.0), [2.0, 0.125, 2.0]
    )
    np.testing.assert_array_equal(
        losses.wasserstein_loss(values, -1.0), [1.0, -0.5, -3.0]
    )


@pytest.mark.parametrize(
    ("mean", "expected"), [(0.0, 0.25), (1.0, 0.199), (2.0, 0.1124), (4.0, 0.0171)]
)
def test_optimal_least_squares_discriminator_pays_what_theory_says(mean, expected):
    x = np.random.default_rng(0).standard_normal(400_000)
    real, fake = (
        1 / (1 + np.exp(-optimal_logits(values, mean))) for values in (x, x + mean)
    )
    paid = ops.mean(losses.least_squares_loss(real, 1.0)) + ops.mean(
        losses.least_squares_loss(fake, 0.0)
    )
    assert float(paid) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("shape", [(6, 2), (6, 5, 4, 3)])
def test_the_gradient_penalty_takes_the_norm_over_all_but_the_images(shape):
    gradients = np.random.default_rng(0).standard_normal(shape).astype("float32")
    expected = (np.linalg.norm(gradients.reshape(6, -1), axis=1) - 1) ** 2
    np.testing.assert_allclose(losses.gradient_penalty(gradients), expected, rtol=1e-5)


def test_the_feature_loss_is_the_negative_log_density_but_for_its_constant():
    random = np.random.default_rng(0)
    features, others = random.standard_normal((2, 6, 7)).astype("float32")
    expected = -stats.norm(others).logpdf(features).sum(axis=1) - 7 * 0.5 * math.log(
        2 * math.pi
    )
    np.testing.assert_allclose(
        losses.feature_loss(features, others), expected, rtol=1e-5
    )
