"""The course's scripts, run unchanged, on data that needs no download."""

import contextlib
import io
import runpy
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from kgen.data.arteries import Arteries, writing
from kgen.data.drugs.screen import Screen
from kgen.data.drugs.writing import write
from tests.data import scans
from tests.experiments.test_latent_space import untrained

pytestmark = pytest.mark.whole

SCRIPTS = Path(__file__).parents[1] / "scripts"


def script_here(name, *arguments):
    """The output of a script, run within this process to save its start-up time."""
    shown = io.StringIO()
    words = [str(SCRIPTS / name), *map(str, arguments)]
    with mock.patch.object(sys, "argv", words), contextlib.redirect_stdout(shown):
        runpy.run_path(words[0], run_name="__main__")
    return shown.getvalue()


def script(name, *arguments):
    done = subprocess.run(
        [sys.executable, SCRIPTS / name, *map(str, arguments)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_train_then_test(tmp_path):
    run = tmp_path / "run"
    assert "Next: python scripts/test_cvaecgan_mnist.py" in script_here(
        "train_cvaecgan_mnist.py", run, "--epochs", 1, "--dataset", "digits"
    )
    shown = script_here("test_cvaecgan_mnist.py", run)
    assert (
        "of the 450 test images" in shown and "are read as the class asked for" in shown
    )
    for picture in ("test_reconstructions.png", "test_classes.png", "test_styles.png"):
        assert (run / picture).stat().st_size > 0


def test_a_run_is_explained(tmp_path):
    run = untrained(
        "acgan",
        "digits",
        tmp_path / "run",
        width=4,
        latent_dim=3,
        discriminator_width=4,
    )
    np.savez(tmp_path / "some.npz", x=run.dataset().test["x"][:2])
    shown = script_here(
        "explain.py", run.path, "--images", tmp_path / "some.npz", "--label", "3"
    )
    assert (
        "guided backprop" in shown
        and f"Written to {run.path}/explanations: comparison.png" in shown
    )


@pytest.fixture
def people(tmp_path):
    """A table of small heads with one concept that depends on age."""
    ages = [55 + (7 * number) % 35 for number in range(60)]
    return scans.people(tmp_path, 60, age=ages, csf=[2.0 * age + 3.0 for age in ages])


@pytest.mark.slow
def test_ages_are_trained_and_tested_on_scans_through_concepts(people, tmp_path):
    run = tmp_path / "run"
    shown = script(
        "train_age.py",
        run,
        "--dataset",
        f"nifti:{people}",
        "--concepts",
        "csf",
        "--epochs",
        1,
    )
    assert "25%" in shown or "subjects in training / validation / test: all:" in shown
    assert "Next: python scripts/test_age.py" in shown
    shown = script("test_age.py", run, "--trials", 3)
    assert (
        "kernel ridge of the same" in shown
        and "error as concepts are corrected: " in shown
    )
    assert (run / "test_interventions.png").stat().st_size > 0


def test_ages_are_trained_and_tested_on_a_table(people, tmp_path):
    columns = "drop=file,diagnosis"
    shown = script_here(
        "train_age.py",
        tmp_path / "run",
        "--dataset",
        f"csv:{people}",
        "--data",
        columns,
        "subject=subject",
        "--epochs",
        2,
    )
    assert "Next: python scripts/test_age.py" in shown
    assert "Regressor" in script_here("test_age.py", tmp_path / "run", "--trials", 2)


@pytest.mark.slow
def test_all_models_are_compared_and_a_second_call_trains_nothing_anew(tmp_path):
    arguments = (
        tmp_path,
        "--models",
        "cvae",
        "gan",
        "--epochs",
        1,
        "--dataset",
        "digits",
    )
    shown = script("compare_mnist.py", *arguments)
    assert "| cvae | " in shown and "| gan | " in shown and "| real | – | " in shown
    saved = [
        (tmp_path / name / "model.keras").stat().st_mtime for name in ("cvae", "gan")
    ]
    assert "Epoch" not in script("compare_mnist.py", *arguments)
    assert saved == [
        (tmp_path / name / "model.keras").stat().st_mtime for name in ("cvae", "gan")
    ]
    for name in (
        "comparison.md",
        "comparison.csv",
        "comparison.png",
        "overview.md",
        "overview.png",
    ):
        assert (tmp_path / "comparison" / name).stat().st_size > 0


def test_tybalt_is_trained_on_a_table(tmp_path):
    table = tmp_path / "table.csv"
    rows = np.random.default_rng(0).normal(8.0, 2.0, (60, 6))
    np.savetxt(table, rows, delimiter=",", header="a,b,c,d,e,f", comments="")
    shown = script_here(
        "train_tybalt.py",
        tmp_path / "run",
        f"csv:{table}",
        "--features",
        2,
        "--epochs",
        1,
        "--batch-size",
        16,
    )
    assert "reconstruction_mse: " in shown and "Next: kgen encode" in shown


@pytest.mark.slow
def test_a_progressive_gan_grows_to_the_size_of_its_images(tmp_path):
    short = "--epochs", 3, "--stable-epochs", 1, "--fade-epochs", 1, "--width", 4
    shown = script("train_progressive_gan.py", tmp_path / "run", "digits", *short)
    assert "samples.gif shows the growth" in shown
    assert (tmp_path / "run" / "samples.gif").stat().st_size > 0


@pytest.mark.slow
def test_drvae_is_trained_on_a_screen(tmp_path):
    write(tmp_path / "screen", Screen(16), 60)
    tables = [
        tmp_path / "screen" / f"{name}.csv" for name in ("before", "after", "response")
    ]
    small = "--epochs", 1, "--features", 2, "--width", 4, "--batch-size", 16
    shown = script(
        "train_drvae.py", tmp_path / "run", *tables, "--drug", "linear", *small
    )
    assert "change_error_of_ridge: " in shown and "classifier_auc: " in shown
    assert (tmp_path / "run" / "test_moves.png").stat().st_size > 0


@pytest.mark.slow
def test_styles_are_trained_and_drawn(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1), dtype="uint8")
    np.savez(tmp_path / "x.npz", x=x)
    small = "--width", 2, "--epochs", 1, "--augmented"
    shown = script(
        "train_stylegan.py", tmp_path / "run", f"npz:{tmp_path / 'x.npz'}", *small
    )
    assert "Next: kgen evaluate" in shown
    for picture in ("truncation.png", "style_mixing.png"):
        assert (tmp_path / "run" / picture).stat().st_size > 0


def test_arteries_are_trained_and_measured(tmp_path):
    writing.write(tmp_path / "arteries", Arteries(), 60)
    folder = tmp_path / "arteries"
    small = "--epochs", 1, "--batch-size", 16, "--width", 2
    shown = script_here(
        "train_arteries.py",
        tmp_path / "run",
        folder / "vessels",
        "--table",
        folder / "table.csv",
        *small,
    )
    assert "tortuosity_distance: " in shown and "Next: kgen latent" in shown


@pytest.mark.slow
def test_a_biggan_draws_the_classes_of_its_images(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 3), dtype="uint8")
    np.savez(tmp_path / "x.npz", x=x, y=np.arange(60) % 3)
    small = "--width", 2, "--epochs", 1, "--batch-size", 16
    shown = script(
        "train_biggan.py", tmp_path / "run", f"npz:{tmp_path / 'x.npz'}", *small
    )
    assert "Next: kgen evaluate" in shown
    for picture in ("grid.png", "class_walk.png"):
        assert (tmp_path / "run" / picture).stat().st_size > 0
