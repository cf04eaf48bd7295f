"""What verbs make of files, run as users run them; also with models that generate nothing."""

import json
import shutil

import numpy as np
import pyarrow.csv
import pytest
from PIL import Image

from kgen.runs.run import Run
from tests.cli.test_cli import assert_same_run, kgen

pytestmark = pytest.mark.whole

SMALL = "--set", "width=4", "--batch-size", 32, "--eager"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("verbs")


@pytest.fixture(scope="module")
def digits_run(folder):
    small = *SMALL[:2], "--set", "discriminator_width=4", "--batch-size", 256, "--eager"
    brief = "--dataset", "digits", "--epochs", 1, *small
    path = folder / "digits"
    kgen("train", "cvae-cgan", *brief, "--run", path)
    return path


@pytest.fixture(scope="module")
def balls_run(folder):
    """A regressor of the radii of balls."""
    data = "--dataset", "balls", "--data", "size=8", "--data", "count=200"
    kgen("train", "regressor", *data, "--epochs", 1, *SMALL, "--run", folder / "balls")
    return folder / "balls"


@pytest.fixture(scope="module")
def domains(folder):
    """Dark pictures, and more light ones, in one folder each."""
    random = np.random.default_rng(0)
    for name, count, least in (("dark", 40, 0), ("light", 50, 128)):
        (folder / "domains" / name).mkdir(parents=True)
        for number in range(count):
            pixels = random.integers(least, least + 128, (8, 8), dtype="uint8")
            Image.fromarray(pixels).save(folder / "domains" / name / f"{number:02}.png")
    return folder / "domains"


def cycle_gan(domains, run, epochs):
    small = "--batch-size", 8, "--set", "width=2", "--set", "blocks=1", "--eager"
    return kgen(
        "train",
        "cycle-gan",
        "--dataset",
        f"unpaired:{domains}",
        *small,
        "--epochs",
        epochs,
        "--run",
        run,
    )


@pytest.fixture(scope="module")
def domains_run(folder, domains):
    cycle_gan(domains, folder / "translating", 1)
    return folder / "translating"


def test_values_of_a_file_are_encoded_reconstructed_and_classified(
    digits_run, digits, tmp_path
):
    x, y, model = (
        digits.test["x"][:9],
        digits.test.labels[:9],
        Run.open(digits_run).model(),
    )
    np.savez(tmp_path / "in.npz", x=x, y=y)
    for verb in ("encode", "reconstruct", "classify"):
        assert "9 values written to" in kgen(
            verb, digits_run, tmp_path / "in.npz", tmp_path / f"{verb}.npz"
        )
    encoded, again, read = (
        np.load(tmp_path / f"{verb}.npz")
        for verb in ("encode", "reconstruct", "classify")
    )
    np.testing.assert_allclose(encoded["latents"], model.latents(x, y), atol=1e-5)
    np.testing.assert_array_equal(again["x"], np.rint(model.reconstruct(x, y)))
    np.testing.assert_allclose(read["probabilities"], model.classify(x), atol=1e-5)
    np.testing.assert_array_equal(read["y"], read["probabilities"].argmax(axis=1))
    kgen("reconstruct", digits_run, tmp_path / "in.npz", tmp_path / "again.png")
    assert np.std(Image.open(tmp_path / "again.png")) > 1


def test_latents_are_written_as_a_table(digits_run, digits, tmp_path):
    np.savez(tmp_path / "in.npz", x=digits.test["x"][:5], y=digits.test.labels[:5])
    kgen("encode", digits_run, tmp_path / "in.npz", tmp_path / "latents.csv")
    table = pyarrow.csv.read_csv(tmp_path / "latents.csv")
    assert table.num_rows == 5 and table.column_names == [
        f"latents_{number}" for number in range(32)
    ]


def test_what_cannot_be_is_said(digits_run, balls_run, digits, tmp_path):
    np.savez(tmp_path / "in.npz", x=digits.test["x"][:5])
    out = tmp_path / "out.npz"
    assert "it has no network that reads a number" in kgen(
        "estimate", digits_run, tmp_path / "in.npz", out, code=1
    )
    assert "it has no classifier" in kgen(
        "classify", balls_run, tmp_path / "in.npz", out, code=1
    )
    assert "it has no generator" in kgen("generate", balls_run, code=1)
    assert "in.npz holds x, and no y, the class of each value" in kgen(
        "encode", digits_run, tmp_path / "in.npz", out, code=1
    )
    assert "no file" in kgen("encode", digits_run, tmp_path / "none.npz", out, code=1)
    assert "should end in .npz" in kgen(
        "classify", digits_run, tmp_path / "in.npz", tmp_path / "out.txt", code=1
    )
    assert "y cannot be drawn" in kgen(
        "classify", digits_run, tmp_path / "in.npz", tmp_path / "out.png", code=1
    )
    np.savez(tmp_path / "wide.npz", x=np.zeros((5, 9, 9, 1), "uint8"))
    assert "images of shape (n, 8, 8, 1)" in kgen(
        "classify", digits_run, tmp_path / "wide.npz", out, code=1
    )
    assert not out.exists()


def test_a_regressor_is_trained_tested_evaluated_and_asked(balls_run, tmp_path):
    assert (
        "mean_absolute_error" in kgen("test", balls_run)
        and (balls_run / "test_estimates.png").stat().st_size > 0
    )
    kgen("evaluate", balls_run)
    scores = json.loads((balls_run / "metrics.json").read_text())["evaluation"][
        "scores"
    ]
    test, model = Run.open(balls_run).dataset().test, Run.open(balls_run).model()
    estimates = model.estimate(test["x"])
    assert scores["mean_absolute_error"]["value"] == pytest.approx(
        np.abs(estimates - test["y"]).mean(), rel=1e-4
    )
    np.save(tmp_path / "in.npy", test["x"])
    kgen("estimate", balls_run, tmp_path / "in.npy", tmp_path / "out.csv")
    table = pyarrow.csv.read_csv(tmp_path / "out.csv")
    np.testing.assert_allclose(table["y"].to_numpy(), estimates, rtol=1e-4)


def test_two_domains_are_translated_into_each_other(domains_run, domains, tmp_path):
    shown = kgen("test", domains_run)
    assert (
        "cycle_error" in shown
        and (domains_run / "test_translations.png").stat().st_size > 0
    )
    kgen("translate", domains_run, domains / "dark", tmp_path / "b.npz", "--to", "b")
    assert np.load(tmp_path / "b.npz")["b"].shape == (40, 8, 8, 1)
    kgen("translate", domains_run, domains / "light", tmp_path / "a.png", "--to", "a")
    assert np.std(Image.open(tmp_path / "a.png")) > 1
    dark = np.load(tmp_path / "b.npz")
    kgen("effect", domains_run, domains / "dark", tmp_path / "effect.npz")
    effect = np.load(tmp_path / "effect.npz")["effect"]
    pictures = [
        np.asarray(Image.open(domains / "dark" / name)) for name in dark["files"]
    ]
    wanted = np.stack(pictures)[..., None] - dark["b"].astype("float32")
    np.testing.assert_allclose(effect, wanted, atol=0.51)  # a picture is rounded
    assert "Did you mean" in kgen(
        "translate",
        domains_run,
        domains / "dark",
        tmp_path / "b.npz",
        "--to",
        "bb",
        code=1,
    )


def test_unpaired_domains_go_on_as_if_the_training_had_not_stopped(
    domains_run, domains, tmp_path
):
    cycle_gan(domains, tmp_path / "straight", 2)
    stopped = shutil.copytree(domains_run, tmp_path / "stopped")
    kgen("train", "--resume", stopped, "--epochs", 2, "--eager")
    assert_same_run(tmp_path / "straight", stopped)


def test_runs_of_models_that_draw_nothing_are_compared_by_their_numbers(
    balls_run, folder
):
    again = shutil.copytree(balls_run, folder / "again")
    shown = kgen("compare", balls_run, again, "--out", folder / "compared")
    assert (
        "| mean_absolute_error | " in shown
        and not (folder / "compared" / "comparison.png").exists()
    )
