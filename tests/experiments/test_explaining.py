"""What kgen explain writes for a run, and what it says where it cannot."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from kgen.cli.main import kgen
from kgen.experiments import explaining
from kgen.experiments.contents import EXPLANATION_FILES
from kgen.fields import Number
from tests.experiments.test_latent_space import untrained

SMALL = {"width": 4}
GAMES = {**SMALL, "latent_dim": 3, "discriminator_width": 4}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(explaining, "MEASURED", 6)
    monkeypatch.setattr(explaining, "DRAWS", 1)


def shown(*words):
    return CliRunner().invoke(kgen, ["explain", *map(str, words)])


CASES = {
    "acgan": ("digits", GAMES, (8, 8)),
    "cvae-cgan": ("digits", GAMES, (8, 8)),
    "regressor": ("balls", SMALL, (8, 8, 8)),
}


# The classifier of a cVAE–GAN is that of an ACGAN.
EXPLAINED = ["acgan", "regressor", pytest.param("cvae-cgan", marks=pytest.mark.slow)]


@pytest.mark.whole
@pytest.mark.parametrize("name", EXPLAINED)
def test_every_model_that_explains_leaves_figures_maps_and_numbers(name, tmp_path):
    dataset, options, sides = CASES[name]
    run = untrained(name, dataset, tmp_path / "run", **options)
    done = shown(run.path)
    assert done.exit_code == 0, done.output
    folder = run.path / "explanations"
    assert {path.name for path in folder.iterdir()} == set(EXPLANATION_FILES)
    for picture in folder.glob("*.png"):
        assert np.std(Image.open(picture)) > 1, picture
    maps = np.load(folder / "maps.npz")
    assert set(maps) == {
        "x",
        "guided_backprop",
        "grad_cam",
        "guided_grad_cam",
        "occlusion",
    }
    assert maps["grad_cam"].shape[1:] == sides and len(maps["x"]) == len(
        maps["occlusion"]
    )
    numbers = json.loads((folder / "numbers.json").read_text())
    assert [row["method"] for row in numbers["maps"]][
        1
    ] == "Grad-CAM" and "Grad-CAM" in done.output
    assert numbers["maps"][0]["rho_guided_backprop"] == pytest.approx(1.0)
    assert "realness" not in [row["layer"] for row in numbers["randomised"]]


def test_images_of_files_are_explained_for_the_class_that_is_asked_for(tmp_path):
    run = untrained("acgan", "digits", tmp_path / "run", **GAMES)
    picture = tmp_path / "three.png"
    pixels = np.random.default_rng(0).integers(0, 17, (8, 8), dtype="uint8")
    Image.fromarray(pixels).save(picture)
    np.savez(tmp_path / "some.npz", x=run.dataset().test["x"][:2])
    done = shown(
        run.path, "--images", picture, "--images", tmp_path / "some.npz", "--label", "3"
    )
    assert done.exit_code == 0, done.output
    maps = np.load(run.path / "explanations" / "maps.npz")
    assert len(maps["x"]) == 3
    np.testing.assert_array_equal(maps["x"][1:], np.load(tmp_path / "some.npz")["x"])


def test_a_model_that_explains_nothing_says_so(tmp_path):
    run = untrained("vae", "digits", tmp_path / "run", width=4, latent_dim=3)
    done = shown(run.path)
    assert (
        "VAE on digits cannot explain: it has no answer, of classes or a number"
        in str(done.exception)
    )


def test_a_class_out_of_range_says_so(tmp_path):
    run = untrained("acgan", "digits", tmp_path / "run", **GAMES)
    assert "target=12 is no answer of this network; classes are 0 to 9" in str(
        shown(run.path, "--label", 12).exception
    )


def test_class_0_is_asked_for_like_any_other(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(explaining, "_draw", lambda *given: asked.append(given[-1]))
    monkeypatch.setattr(explaining, "_measured", lambda *given: {})
    explaining.explain(
        untrained("acgan", "digits", tmp_path / "run", **GAMES), target=0
    )
    assert asked == [0]


def test_a_class_of_a_model_of_numbers_is_refused():
    with pytest.raises(
        ValueError, match="target='3' is a class, and SimpleNamespace answers"
    ):
        explaining._number(SimpleNamespace(fields={"y": Number()}), "3")
