"""Without classes, or with one, samples are measured in features of a classifier of clusters."""

import keras
import numpy as np
import pytest

from kgen.data import Data
from kgen.fields import Curve, Image, Label, Vector, Volume
from kgen.metrics import CATALOGUE, ClassGaussian, SampleMetrics, Unmeasurable
from kgen.metrics.clusters import clustered
from kgen.models import VAE

pytestmark = pytest.mark.whole

NEEDS_CLASSES = {
    "evaluation_classifier_accuracy",
    "classification_accuracy_score",
    "nearest_neighbour_error",
}


def without_classes(digits, one_class):
    """The digits without their labels, or all of one class."""
    splits = digits.train, digits.test
    fields, values = {"x": digits.fields["x"]}, [{"x": split["x"]} for split in splits]
    if one_class:
        fields["y"] = Label(1)
        values = [{**part, "y": np.zeros(len(part["x"]), int)} for part in values]
    return Data.from_arrays("plain digits", values[0], fields, values[1])


@pytest.fixture(scope="module")
def vae(digits):
    keras.utils.set_random_seed(0)
    model = VAE.from_fields(x=digits.fields["x"], latent_dim=8, beta=0.5, seed=0)
    model.compile()
    model.fit(digits.train["x"], epochs=60, batch_size=128, verbose=0)
    return model


def test_a_vae_that_draws_digits_is_better_than_a_gaussian_of_their_pixels(digits, vae):
    metrics = SampleMetrics(without_classes(digits, one_class=False))
    assert metrics.facts == {"samples": 450}  # before features are asked for
    samples = digits.fields["x"].comparable(vae.generate(metrics.samples, seed=0))
    found, baseline, real = metrics.measure(samples), metrics.baseline(), metrics.real()
    for name in ("frechet_distance", "kernel_distance"):
        assert real[name] < 0.9 * found[name] < 0.85 * baseline[name], name
    for name in ("precision", "density", "coverage"):
        assert found[name] > baseline[name] + 0.1, name
    assert 0.2 < real["class_similarity"] < found["class_similarity"] < 0.6
    assert metrics.facts["features_of"] == "a classifier of 20 clusters of plain digits"
    assert (
        metrics.facts["features"] == metrics.features.hash
        and "judge" not in metrics.facts
    )
    assert not NEEDS_CLASSES & {*found, *real, *baseline}


def test_one_class_is_none(digits):
    metrics = SampleMetrics(without_classes(digits, one_class=True))
    assert not metrics.classified and metrics.facts == {"samples": 450}
    assert not any(metrics.rests_on_judge(name) for name in CATALOGUE)
    evidence = metrics.real_evidence
    np.testing.assert_array_equal(evidence["classes"], 0)
    for name in NEEDS_CLASSES:
        with pytest.raises(Unmeasurable, match="two classes"):
            CATALOGUE[name].measure(evidence)


def kinds_of(shape, seed, count):
    """Values of three kinds, which a Gaussian of all of them mixes."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(9).standard_normal((3, *shape))
    return (
        centres[np.arange(count) % 3] + 0.3 * random.standard_normal((count, *shape))
    ).astype("float32")


KINDS = {
    "vector": (Vector, (12,)),
    "curve": (Curve, (16, 2)),
    "volume": (Volume, (4, 4, 4, 1)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_values_of_every_kind_have_features(kind):
    cls, shape = KINDS[kind]
    training = kinds_of(shape, 0, 200)
    dataset = Data.from_arrays(
        kind,
        {"x": training},
        {"x": cls.of(training, "x")},
        {"x": kinds_of(shape, 1, 90)},
    )
    metrics = SampleMetrics(dataset)
    found = metrics.measure(dataset.fields["x"].comparable(kinds_of(shape, 2, 90)))
    baseline = metrics.baseline()
    assert found["kernel_distance"] < baseline["kernel_distance"]
    for name in ("density", "coverage"):
        assert found[name] > baseline[name] + 0.05, name
    assert "frechet_distance needs at least" in metrics.left_out["frechet_distance"]
    assert "only images have it, and these are" in metrics.left_out["sharpness"]


def images(count, seed=0):
    return np.random.default_rng(seed).integers(0, 255, (count, 8, 8, 1), dtype="uint8")


def of_images(x):
    return Data.from_arrays("images", {"x": x}, {"x": Image((8, 8, 1), 0, 255)})


def test_clusters_are_the_same_every_time_and_follow_the_values():
    dataset = of_images(images(300))
    again = clustered(of_images(images(300)))
    assert (
        clustered(dataset).fingerprint
        == again.fingerprint
        != clustered(of_images(images(300, 1))).fingerprint
    )
    assert again.num_classes == 20 and set(again.train.labels) == set(range(20))
    np.testing.assert_array_equal(again.train["x"], dataset.train["x"])


@pytest.mark.parametrize(("count", "clusters"), [(20, 2), (100, 7), (400, 20)])
def test_few_values_have_few_clusters(count, clusters):
    assert clustered(of_images(images(count))).num_classes == clusters


def test_few_different_values_have_as_many_clusters():
    assert clustered(of_images(images(3)[np.arange(90) % 3])).num_classes == 3


def test_clusters_of_gaussians_are_the_gaussians():
    dataset = of_images(
        np.clip(
            images(5)[np.arange(250) % 5].astype(int) + images(250, 1) // 20, 0, 255
        ).astype("uint8")
    )
    labels = clustered(dataset).train.labels
    assert len(np.unique(labels)) >= 5


def test_values_that_are_all_alike_leave_features_out_with_the_reason():
    dataset = of_images(np.tile(images(1), (60, 1, 1, 1)))
    metrics = SampleMetrics(dataset)
    samples = ClassGaussian(images(60) / 255).generate(metrics.samples)
    assert "sharpness" in metrics.measure(samples)
    assert "all training values are alike" in metrics.left_out["precision"]


def test_labels_of_data_without_classes_are_refused(digits):
    metrics = SampleMetrics(without_classes(digits, one_class=False), samples=8)
    images = digits.test.comparable()[:8]
    with pytest.raises(ValueError, match="plain digits has no classes: measure"):
        metrics.measure(images, np.zeros(8, int))
