import keras
import numpy as np
import pytest
from keras import layers
from scipy import ndimage

from kgen import metrics as room
from kgen.metrics import CATALOGUE, EvaluationClassifier, Features, SampleMetrics

# The model's own classifier is not about its samples.
ALL = {
    name for name, metric in CATALOGUE.items() if metric.group in ("samples", "use")
} - {"classifier_accuracy"}
USE = {
    "evaluation_classifier_accuracy",
    "classification_accuracy_score",
    "nearest_neighbour_error",
}


@pytest.fixture(scope="module")
def metrics(digits):
    return SampleMetrics(digits)


@pytest.fixture(scope="module")
def real(metrics):
    return metrics.real()


def candidate(metrics):
    """Training images other than those that candidates are compared with, and their labels."""
    others = np.random.default_rng(5).permutation(len(metrics.dataset.train))[
        : metrics.samples
    ]
    split = metrics.dataset.train.subset(others)
    return split.scaled(), split.labels


def test_the_reference_is_what_real_images_have(metrics, real):
    assert set(real) == ALL and metrics.left_out == {}
    assert real["memorisation"] == 0.5
    assert real["two_sample_accuracy"] == pytest.approx(0.5, abs=0.1)
    assert (
        real["evaluation_classifier_accuracy"]
        == EvaluationClassifier(metrics.dataset).accuracy
    )
    assert (
        real["classification_accuracy_score"] > 0.96
        and real["nearest_neighbour_error"] < 0.06
    )
    assert 0 < real["kernel_distance"] < 0.02
    assert real["density"] == pytest.approx(1.0, abs=0.2)


def test_the_reference_is_computed_once_and_cannot_be_changed(metrics, real, capsys):
    metrics.real()["precision"] = 0.0
    assert metrics.real() == real
    assert capsys.readouterr().out == ""


def test_held_out_images_are_at_the_reference(metrics, real, capsys):
    test = metrics.dataset.test
    found = metrics.measure(test.scaled(), test.labels)
    # Two metrics would train and test on the same images; the kernel distance has a sign, and its
    # reference has none.
    for name in set(real) - {
        "classification_accuracy_score",
        "nearest_neighbour_error",
        "kernel_distance",
    }:
        assert found[name] == pytest.approx(real[name], abs=0.03), name
    assert "candidate: nearest_neighbour_error" in capsys.readouterr().out


def test_copies_blur_and_a_missing_class_are_noticed(metrics, real):
    images, labels = candidate(metrics)
    assert metrics.measure(images, labels)["memorisation"] > 0.99
    blurred = metrics.measure(ndimage.gaussian_filter(images, 0.7, axes=(1, 2)), labels)
    assert (
        blurred["sharpness"] < 0.5 * real["sharpness"]
        and blurred["two_sample_accuracy"] > 0.9
    )
    assert blurred["frechet_distance"] > 1.5 * real["frechet_distance"]
    kept = np.flatnonzero(labels != 3)
    kept = np.concatenate([kept, kept[: len(labels) - len(kept)]])
    dropped = metrics.measure(images[kept], labels[kept])
    assert dropped["recall"] < real["recall"] - 0.05
    assert (
        dropped["classification_accuracy_score"]
        < real["classification_accuracy_score"] - 0.05
    )


def test_without_labels_the_metrics_of_use_are_left_out(metrics):
    images, labels = candidate(metrics)
    with_labels, without = metrics.measure(images, labels), metrics.measure(images)
    assert set(without) == ALL - USE
    assert without["class_similarity"] == pytest.approx(
        with_labels["class_similarity"], abs=0.02
    )


def test_the_baseline_is_worse_than_real_images(metrics, real):
    baseline = metrics.baseline()
    assert set(baseline) == set(real)
    assert baseline["frechet_distance"] > 1.3 * real["frechet_distance"]
    assert baseline["two_sample_accuracy"] > real["two_sample_accuracy"] + 0.15


def test_too_few_samples_leave_a_metric_out_and_say_how_many_it_needs(digits, capsys):
    metrics = SampleMetrics(digits, samples=100)
    images, labels = candidate(metrics)
    assert "frechet_distance" not in metrics.measure(images, labels)
    assert (
        "frechet_distance needs at least 257 samples; these are 100"
        in metrics.left_out["frechet_distance"]
    )
    assert "left out: frechet_distance needs" in capsys.readouterr().out


def test_hardly_any_samples_leave_out_all_that_they_cannot_bear(digits):
    metrics = SampleMetrics(digits, samples=4)
    found = metrics.measure(*candidate(metrics))
    assert {"precision", "recall", "density", "coverage", "two_sample_accuracy"} <= set(
        metrics.left_out
    )
    assert set(found) | set(metrics.left_out) == ALL


def test_other_features_take_the_classifiers_place(digits, capsys):
    network = keras.Sequential([keras.Input((8, 8, 1)), layers.AveragePooling2D(2)])
    features = Features(network)
    metrics = SampleMetrics(digits, features=features)
    images, labels = candidate(metrics)
    reference = digits.train.subset(metrics._draws[0]).scaled()
    expected = room.frechet_distance(features(reference), features(images))
    assert metrics.measure(images, labels)["frechet_distance"] == pytest.approx(
        expected
    )
    assert features.hash in capsys.readouterr().out


def test_wrong_candidates_are_refused(metrics):
    images, labels = candidate(metrics)
    with pytest.raises(ValueError, match="images are 449; measure 450"):
        metrics.measure(images[:449], labels[:449])
    with pytest.raises(ValueError, match=r"takes values in\s+\[0.0, 1.0\]"):
        metrics.measure(2 * images - 1, labels)
    with pytest.raises(ValueError, match="the classes are 0 to 9"):
        metrics.measure(images, labels + 1)
    with pytest.raises(ValueError, match="labels has 9"):
        metrics.measure(images, labels[:9])


def test_a_poor_classifier_is_warned_of_once_and_used(
    metrics, real, monkeypatch, capsys
):
    monkeypatch.setattr("kgen.metrics.sample_metrics.LEAST_ACCURACY", 1.01)
    poor = SampleMetrics(metrics.dataset)
    assert poor.measure(*candidate(metrics)) == metrics.measure(*candidate(metrics))
    told = (
        f"Warning: the evaluation classifier of digits reads {poor.judge.accuracy:.1%} "
        "of the real test values, less"
    )
    assert capsys.readouterr().out.count(told) == 1


class Guesser:
    """A classifier that has learnt nothing."""

    features = Features(
        keras.Sequential([keras.Input((8, 8, 1)), layers.MaxPooling2D(2)])
    )

    def __init__(self, dataset):
        self.dataset = dataset

    def classes(self, images):
        return np.arange(len(images)) % 10


OWN = Features(keras.Sequential([keras.Input((8, 8, 1)), layers.AveragePooling2D(2)]))

# Shares of a few hundred images, which may happen to be the same in other features.
SHARES = {"precision", "recall", "coverage", "near_copies"}


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("own", [None, OWN], ids=["judge", "own"])
def test_what_rests_on_the_judge_is_what_another_judge_changes(own, labelled, metrics):
    images, labels = candidate(metrics)
    labels = labels if labelled else None
    one = SampleMetrics(metrics.dataset, features=own)
    other = SampleMetrics(metrics.dataset, features=own)
    other.judge = Guesser(metrics.dataset)
    before, after = one.measure(images, labels), other.measure(images, labels)
    changed = {name for name in before if before[name] != after[name]}
    resting = {name for name in before if one.rests_on_judge(name, labels)}
    assert changed <= resting and resting - changed <= SHARES
