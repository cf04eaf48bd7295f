"""Truncated samples and mixed styles, as users ask for them."""

import numpy as np
import pytest
from PIL import Image

from tests.cli.test_cli import kgen

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("styles")
    x = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1), dtype="uint8")
    np.savez(folder / "x.npz", x=x)
    small = (
        "--epochs",
        1,
        "--batch-size",
        32,
        "--set",
        "width=4",
        "--set",
        "latent_dim=4",
        "--eager",
    )
    shown = "--dataset", f"npz:{folder / 'x.npz'}", "--run", folder / "run"
    kgen("train", "stylegan", *shown, *small)
    return folder / "run"


def drawn(run, path, *options):
    kgen("generate", run, *options, "--count", 4, "--out", path)
    return np.load(path)["x"]


def test_truncated_samples_are_those_of_the_model(run, tmp_path):
    whole, same = (
        drawn(run, tmp_path / "a.npz", *more) for more in ((), ("--truncation", 1))
    )
    np.testing.assert_array_equal(whole, same)
    one = drawn(run, tmp_path / "a.npz", "--truncation", 0)
    np.testing.assert_array_equal(one, np.repeat(one[:1], 4, axis=0))


def test_a_training_leaves_the_pictures_of_truncation_and_mixing(run, tmp_path):
    for name in ("truncation.png", "style_mixing.png"):
        assert np.std(Image.open(run / name)) > 1
    shown = kgen(
        "generate", run, "--mix", 2, "--count", 11, "--out", tmp_path / "mixed.png"
    )
    assert (
        "9 values written" in shown and np.std(Image.open(tmp_path / "mixed.png")) > 1
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--truncation", 1.5), "1.5 is not in the range 0.0<=x<=1.0"),
        (
            ("--truncation", 0.5, "--size", 16),
            "--size draws canvases, which know no --truncation",
        ),
        (("--mix", 2, "--size", 16), "--mix knows no --label and no --size"),
        (("--mix", 2, "--out", "a.npz"), "--out a.npz should end in .png"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message, run):
    assert message in " ".join(kgen("generate", run, *options, code=2).split())


def test_a_layer_without_a_style_is_refused(run):
    assert "layer=5 is not a whole number from 0 to 4" in kgen(
        "generate", run, "--mix", 5, code=1
    )
