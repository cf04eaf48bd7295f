"""Metrics stay precise: for large values that differ little, for bytes, and for equal values."""

import numpy as np
import pytest
from scipy import ndimage

from kgen import metrics

OFFSET = 100.0
LABELS = np.arange(300) % 3


def normal(n, d, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d))


def far(n, d, seed=0):
    """Values of .01 about 100, in float32."""
    return (OFFSET + 0.01 * normal(n, d, seed)).astype("float32")


def pictures(seed):
    return (0.5 + 1e-3 * np.random.default_rng(seed).random((300, 16, 16, 1))).astype(
        "float32"
    )


PAIRS = {
    "frechet_distance": metrics.frechet_distance,
    "precision_recall": metrics.precision_recall,
    "memorisation": lambda x, y: metrics.memorisation(x[:150], x[150:], y),
    "relative_diversity": metrics.relative_diversity,
    "relative_diversity of classes": lambda x, y: metrics.relative_diversity(
        x, y, LABELS
    ),
    "two_sample_accuracy": metrics.two_sample_accuracy,
    "classification_accuracy_score": lambda x, y: metrics.classification_accuracy_score(
        x, LABELS, y, LABELS
    ),
    "nearest_neighbour_error": lambda x, y: metrics.nearest_neighbour_error(
        x, LABELS, y, LABELS
    ),
    "linear_probe": lambda x, y: metrics.linear_probe((x, LABELS), (y, LABELS)),
    "active_units": lambda x, _: metrics.active_units(x, threshold=9.9e-5),
    "mean_squared_error": metrics.mean_squared_error,
    "mean_absolute_error": metrics.mean_absolute_error,
    "bias": metrics.bias,
    "r_squared": metrics.r_squared,
}


@pytest.mark.parametrize("name", PAIRS)
def test_an_offset_that_two_sets_share_costs_no_digits(name):
    x, y = far(300, 12), far(300, 12, seed=1) + np.float32(0.005)
    near = PAIRS[name](x.astype("float64") - OFFSET, y.astype("float64") - OFFSET)
    assert PAIRS[name](x, y) == pytest.approx(near, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    "score", [metrics.factor_vae_score, metrics.mutual_information_gap]
)
def test_an_offset_of_latents_costs_no_digits(score):
    latents = (OFFSET + normal(3000, 4)).astype("float32")
    factors = np.digitize(latents[:, :2], [OFFSET - 0.5, OFFSET + 0.5])
    assert score(latents, factors) == pytest.approx(
        score(latents.astype("float64") - OFFSET, factors), rel=1e-6
    )


@pytest.mark.parametrize("outlier", [1e3, 1e6])
def test_a_value_far_away_hides_no_difference_of_the_others(outlier):
    real, fake = normal(300, 5), normal(300, 5, seed=1) + 1.0
    told = metrics.two_sample_accuracy(real, fake)
    fake[[0, 299]] = outlier
    assert metrics.two_sample_accuracy(real, fake) == pytest.approx(told, abs=0.05)


@pytest.mark.parametrize("value", [0.0, 0.1])
def test_equal_real_values_are_told_from_others(value):
    real = np.full((300, 5), value)
    assert metrics.two_sample_accuracy(real, normal(300, 5)) > 0.95


def kernel_distance_written_out(x, y):
    """With the digits of NumPy's longest type."""
    x, y = x.astype("longdouble"), y.astype("longdouble")
    xx, yy, xy = ((a @ b.T / x.shape[1] + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    others = ~np.eye(len(x), dtype=bool)
    return float(xx[others].mean() + yy[others].mean() - 2 * xy.mean())


def on_a_sphere(seed, shift=0.0):
    rows = normal(300, 96, seed) + shift
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("float32")


@pytest.mark.parametrize("shift", [0.05, 0.2, 1.0])
def test_the_kernel_distance_of_normalised_features_keeps_its_digits(shift):
    x, y = on_a_sphere(0), on_a_sphere(1, shift)
    assert metrics.kernel_distance(x, y) == pytest.approx(
        kernel_distance_written_out(x, y), rel=1e-4
    )


def test_the_kernel_distance_of_large_features_keeps_its_digits():
    x, y = far(300, 12), far(300, 12, seed=1) + np.float32(0.05)
    assert metrics.kernel_distance(x, y) == pytest.approx(
        kernel_distance_written_out(x, y), rel=1e-4
    )


IMAGES = {
    "sharpness": lambda x, _: metrics.sharpness(x),
    "ms_ssim": lambda x, y: metrics.ms_ssim(x, y).mean(),
    "class_similarity": lambda x, _: metrics.class_similarity(x, LABELS),
}


@pytest.mark.parametrize("name", IMAGES)
def test_images_of_hardly_any_contrast_are_measured_in_float64(name):
    x, y = pictures(0), pictures(1)
    exact = IMAGES[name](x.astype("float64"), y.astype("float64"))
    assert IMAGES[name](x, y) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("images", [1, 500, 1203])
def test_sharpness_in_parts_is_the_variance_of_all_edges(images):
    values = np.random.default_rng(0).random((images, 8, 8, 3))
    edges = ndimage.laplace(values, mode="nearest", axes=(1, 2))
    assert metrics.sharpness(values) == pytest.approx(edges.var(), rel=1e-9)


@pytest.mark.parametrize(("measure", "value"), [
    (metrics.mean_squared_error, 2.0), (metrics.mean_absolute_error, 4 / 3), (metrics.bias, -4 / 3),
])  # fmt: skip
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "float32"])
def test_whole_numbers_do_not_wrap_around(measure, value, dtype):
    found = measure(np.array([0, 1, 250], dtype), np.array([2, 2, 251], dtype))
    assert found == pytest.approx(value)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("n", "d"), [(7, 1), (60, 3), (1000, 64), (2500, 20)])
@pytest.mark.parametrize(
    ("scale", "offset"), [(1.0, 0.0), (0.01, 100.0), (1e-4, 0.0), (1e6, -1e6)]
)
def test_two_equal_sets_in_any_order_have_a_density_of_one(n, d, dtype, scale, offset):
    real = (offset + scale * normal(n, d)).astype(dtype)
    fake = real[np.random.default_rng(1).permutation(n)]
    shares = metrics.precision_recall(real, fake)
    assert shares == {"precision": 1.0, "recall": 1.0, "density": 1.0, "coverage": 1.0}


def test_the_frechet_distance_of_equal_sets_is_zero_to_the_last_digits():
    features = (
        np.maximum(normal(2000, 64) @ normal(64, 64, seed=1), 0)
        * normal(1, 64, seed=2) ** 4
    )
    assert metrics.frechet_distance(features, features[::-1]) < 1e-12 * np.trace(
        np.cov(features.T)
    )


def test_copies_among_new_and_held_out_values_are_as_near_as_each_other():
    training = far(500, 40)
    assert metrics.memorisation(training[:200], training[200:400], training) == 0.5
    assert metrics.memorisation(training[:200], far(200, 40, seed=3), training) == 1.0
