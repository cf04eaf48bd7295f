"""Trainings in which every class has the same weight."""

import numpy as np
import pytest

from kgen import data
from kgen.experiments import training
from kgen.runs.config import RunConfig

pytestmark = pytest.mark.whole

OPTIONS = {"latent_dim": 2, "width": 4}


def source(folder, counts):
    """A file of random pictures, with a given number per class."""
    labels = np.repeat(np.arange(len(counts)), counts)
    pictures = np.random.default_rng(0).integers(
        0, 256, (len(labels), 8, 8, 1), "uint8"
    )
    np.savez(folder / "pictures.npz", x=pictures, y=labels)
    return f"npz:{folder / 'pictures.npz'}"


def weights(folder, name, dataset, balanced):
    config = RunConfig(
        "cvae", dataset, epochs=1, batch_size=64, options=OPTIONS, balanced=balanced
    )
    run = training.start(folder / name, config, eager=True)
    return run.model().get_weights()


def same(some, others):
    return all(np.array_equal(*pair) for pair in zip(some, others, strict=True))


def test_the_weights_of_classes_make_them_alike(tmp_path):
    split = data.load(source(tmp_path, [300, 60, 40])).train
    counts = np.bincount(split.labels)
    found = split.class_weights
    np.testing.assert_allclose(
        [found[label] * counts[label] for label in range(3)], len(split) / 3
    )
    np.testing.assert_allclose(np.mean([found[label] for label in split.labels]), 1.0)


@pytest.mark.parametrize(("counts", "alike"), [([200, 200], True), ([350, 50], False)])
def test_balancing_changes_a_training_where_classes_differ_in_size(
    tmp_path, counts, alike
):
    dataset = source(tmp_path, counts)
    pair = [
        weights(tmp_path, str(balanced), dataset, balanced)
        for balanced in (False, True)
    ]
    assert same(*pair) == alike


def test_data_without_classes_cannot_be_balanced(tmp_path):
    config = RunConfig("vae", "ring", epochs=1, data={"count": 60}, balanced=True)
    with pytest.raises(
        ValueError, match="balanced=true weighs classes alike; ring has none"
    ):
        training.start(tmp_path / "run", config)
