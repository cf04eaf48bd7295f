"""Draws are compared with draws, and means with means."""

import numpy as np
import pytest

from kgen import tasks
from kgen.data import Data
from kgen.fields import Image
from kgen.metrics import balanced_accuracy, sharpness
from kgen.tasks.study import Settings, Study
from tests.conftest import tiny

SETTINGS = Settings(metrics=("sharpness", "reconstruction_sharpness"))


def black_and_white(high, dtype):
    """Images of one or the other value, half of each."""
    x = (high * np.random.default_rng(0).integers(0, 2, (80, 8, 8, 1))).astype(dtype)
    return Data.from_arrays("coins", {"x": x}, {"x": Image((8, 8, 1), 0, high)})


@pytest.mark.parametrize(
    ("high", "dtype"), [(1, "uint8"), (255, "uint8"), (1, "float32")]
)
@pytest.mark.parametrize("name", ["vae", "iwae"])
def test_binary_images_are_compared_with_drawn_pixels(name, high, dtype):
    data = black_and_white(high, dtype)
    study = Study(tiny(name, data.fields), data, settings=SETTINGS)
    assert set(np.unique(study.drawn)) == {0.0, 1.0}
    generate, reconstruct = tasks.load("generate"), tasks.load("reconstruct")
    assert (
        generate.facts(study)["samples_as"]
        == reconstruct.facts(study)["reconstructions_as"]
        == "drawn pixels"
    )
    for score in (
        *generate.measure(study).values(),
        *reconstruct.measure(study).values(),
    ):
        # An untrained decoder says ½ of every pixel, as the images do.
        assert score.value == pytest.approx(score.real, rel=0.25)


@pytest.mark.parametrize(
    ("name", "told"),
    [("vae", "means of pixels"), ("gan", "values"), ("autoencoder", "values")],
)
def test_grey_images_are_compared_with_what_a_model_gives(name, told, digits):
    study = Study(tiny(name, digits.fields), digits, settings=SETTINGS)
    assert len(np.unique(study.drawn)) > 1000
    assert tasks.load("generate").facts(study)["samples_as"] == told


def test_a_density_of_binary_images_other_than_bernoullis_gives_values():
    data = black_and_white(1, "float32")
    study = Study(
        tiny("vae", data.fields, likelihood="continuous-bernoulli"),
        data,
        settings=SETTINGS,
    )
    assert tasks.load("generate").facts(study)["samples_as"] == "values"


def test_reconstructions_of_binarised_images_are_drawn_and_samples_are_compared_with_grey_ones(
    digits,
):
    seen = digits.binarised("static")
    study = Study(tiny("vae", seen.fields), digits, seen, SETTINGS)
    assert tasks.load("generate").facts(study)["samples_as"] == "means of pixels"
    assert (
        tasks.load("reconstruct").facts(study)["reconstructions_as"] == "drawn pixels"
    )
    found = tasks.load("reconstruct").measure(study)["reconstruction_sharpness"]
    assert found.real == pytest.approx(sharpness(study.test["x"])) and found.value > 1.0


@pytest.mark.parametrize(("read", "labels", "value"), [
    ([0] * 1000, [0] * 990 + [1] * 10, 0.5), ([0, 0, 1, 2], [0, 0, 1, 1], 0.75),
    ([1, 1], [1, 1], 1.0),
])  # fmt: skip
def test_balanced_accuracy_weighs_classes_alike(read, labels, value):
    assert balanced_accuracy(read, labels) == pytest.approx(value)
