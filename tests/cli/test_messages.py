"""What a person reads: counts in words, names that are meant, and where to go on."""

import shutil

import numpy as np
import pytest

from kgen import data
from kgen.checks import counted, few, hint
from kgen.fields import Label, Vector
from tests.cli.test_cli import kgen


@pytest.mark.parametrize(
    ("count", "noun", "plural", "right"),
    [
        (1, "image", "s", "1 image"), (0, "image", "s", "0 images"),
        (3000, "value", "s", "3,000 values"),
        (1, "class", "es", "1 class"), (2, "class", "es", "2 classes"),
    ],
)  # fmt: skip
def test_one_is_told_as_one(count, noun, plural, right):
    assert counted(count, noun, plural) == right


@pytest.mark.parametrize(
    ("name", "right"),
    [("CAT", " Did you mean Cat?"), ("cta", " Did you mean Cat?"), ("horse", "")],
)
def test_the_nearest_name_is_found_whatever_its_case(name, right):
    assert hint(name, ["Cat", "bird"]) == right


def test_of_many_names_a_few_are_told():
    assert (
        few(["a", "b"]) == "'a', 'b'"
        and few(list("abcdefg")) == "'a', 'b', 'c', 'd', 'e' and 2 more"
    )


@pytest.mark.parametrize(
    ("names", "right"), [(["ill", "well"], "0 to 1: 'ill', 'well'."), (None, "0 to 1.")]
)
def test_a_label_out_of_range_is_told_with_the_names_of_the_classes(names, right):
    with pytest.raises(
        ValueError, match=f"y holds labels from 0 to 2; the classes are {right}"
    ):
        Label(2, names).check(np.array([0, 2]), "y")


def test_one_label_out_of_range_is_told_alone():
    with pytest.raises(ValueError, match="y holds the label 7; the classes are 0 to 1"):
        Label(2).check(np.array([7, 7]), "y")


def test_a_constant_column_is_told_by_name():
    with pytest.raises(ValueError, match="Column 'b' of the vectors has one value"):
        Vector((2,), names=["a", "b"]).fitted(np.array([[0.0, 1.0], [1.0, 1.0]]))


@pytest.mark.parametrize(
    ("option", "way"),
    [
        ({"size": "64"}, "bring them to one size before"),
        ({"channels": "3"}, "folder:DIR of pictures"),
        ({"label": "tissue"}, "the array y: y=ARRAY"), ({"drop": "x"}, "left out with skip=ARRAY"),
    ],
)  # fmt: skip
def test_options_of_other_sources_are_told_what_arrays_take(option, way, tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros((9, 8, 8), "uint8"))
    with pytest.raises(ValueError, match=f"npz:FILE has no such option.*{way}"):
        data.load(f"npz:{tmp_path / 'a.npz'}", **option)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder of two runs."""
    folder = tmp_path_factory.mktemp("runs")
    small = "--epochs", 1, "--batch-size", 512, "--set", "width=4", "--eager"
    shown = kgen("train", "vae", "--dataset", "digits", *small, "--run", folder / "vae")
    shutil.copytree(folder / "vae", folder / "again")
    (folder / "vae.txt").write_text(shown)
    return folder


@pytest.mark.parametrize("verb", ["test", "evaluate", "generate", "latent", "classify"])
def test_a_folder_of_runs_is_told_by_the_runs_in_it(verb, runs):
    files = ("in.npz", "out.npz") if verb == "classify" else ()
    shown = kgen(verb, runs, *files, code=1)
    assert (
        f"It is a folder of runs; give one of them: '{runs / 'again'}', '{runs / 'vae'}'."
        in shown
    )


def test_a_run_that_is_not_there_is_told_by_those_that_may_be_meant(
    runs, tmp_path, monkeypatch
):
    missing = (
        f"Error: {runs / 'vea'} is not a run directory: there is no such folder. "
        f"Did you mean {runs / 'vae'}"
    )
    assert missing in kgen("test", runs / "vea", code=1)
    (tmp_path / "runs").symlink_to(runs)
    monkeypatch.chdir(tmp_path)
    assert "there is no such folder. Did you mean runs/vae" in kgen(
        "test", "vae", code=1
    )


def test_after_a_training_stands_what_its_model_can_do(runs, tmp_path):
    shown, run = (runs / "vae.txt").read_text(), runs / "vae"
    commands = ", ".join(
        f"kgen {name} {run}"
        for name in ("test", "evaluate", "generate", "latent", "explore")
    )
    assert (
        f"Next: {commands}; with a file of your own encode, reconstruct: docs/verbs.md\n"
        in shown
    )
    assert f"{run} after 1 epoch:" in shown
    balls = (
        "--dataset",
        "balls",
        "--data",
        "size=8",
        "--data",
        "count=60",
        "--epochs",
        1,
        "--batch-size",
        16,
    )
    tiny = "--set", "width=2", "--eager"
    shown = kgen("train", "regressor", *balls, *tiny, "--run", tmp_path / "run")
    commands = f"kgen test {tmp_path / 'run'}, kgen evaluate {tmp_path / 'run'}"
    assert (
        f"Next: {commands}; with a file of your own estimate: docs/verbs.md\n" in shown
    )


def test_what_a_model_cannot_do_is_told_by_what_it_lacks(runs, tmp_path):
    shown = kgen("classify", runs / "vae", "in.npz", tmp_path / "out.npz", code=1)
    assert shown == "Error: VAE cannot classify: it has no classifier.\n"


def test_options_are_told_by_their_nearest(runs):
    assert "--label" in kgen("generate", runs / "vae", "--labels", 3, code=2)
    assert "knows no classes; leave the labels out" in kgen(
        "generate", runs / "vae", "--label", 3, code=1
    )
