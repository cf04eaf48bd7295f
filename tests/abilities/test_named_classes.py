"""Class names of the data set are kept by every model that takes or predicts classes."""

import functools

import keras
import numpy as np
import pyarrow.csv
import pytest
from PIL import Image as Picture

from kgen import data
from kgen.abilities import Conditional
from kgen.fields import Image, Label
from kgen.runs.run import Run
from tests.cli.test_cli import kgen
from tests.conftest import SHAPE, every_model, tiny

NAMES = ["no dementia", "mild", "1"]


def named(name):
    return tiny(name, {"x": Image(SHAPE), "y": Label(3, NAMES)})


shared = functools.cache(named)


@every_model(Conditional)
def test_names_are_saved_with_the_model_and_asked_for(name, tmp_path):
    named(name).save(tmp_path / "model.keras")
    model = keras.saving.load_model(tmp_path / "model.keras")
    assert model.fields["y"].class_names == NAMES and model.captions == NAMES
    right = model.generate(4, 1, seed=0)
    for labels in ("mild", ["mild"] * 4, np.array(["mild"] * 4)):
        np.testing.assert_array_equal(model.generate(4, labels, seed=0), right)
    mixed = model.generate(3, ["1", "no dementia", "mild"], seed=0)
    np.testing.assert_array_equal(mixed, model.generate(3, [2, 0, 1], seed=0))
    assert not np.array_equal(mixed, model.generate(3, [0, 0, 1], seed=0))
    with pytest.raises(
        ValueError, match="'mid' is none of the classes. Did you mean mild"
    ):
        model.generate(4, "mid")


@every_model(Conditional)
@pytest.mark.parametrize(
    ("text", "number"), [("1", 2), ("0", 0), ("2", 2), ("mild", 1)]
)
def test_a_text_is_a_name_first_and_then_a_number(text, number, name):
    assert shared(name).labels_of(2, text).tolist() == [number] * 2


@every_model(Conditional)
def test_a_number_beyond_the_classes_is_refused_as_text_too(name):
    with pytest.raises(ValueError, match="the classes are 0 to 2"):
        shared(name).generate(2, "3")


@every_model(Conditional)
def test_latents_are_decoded_and_sheets_drawn_of_named_classes(name):
    model, z = shared(name), np.ones((3, 3), "float32")
    np.testing.assert_array_equal(
        model.decode(z, np.array(NAMES)), model.decode(z, np.arange(3))
    )
    np.testing.assert_array_equal(
        model.sheet(2, classes=["1", "mild"]), model.sheet(2, classes=[2, 1])
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A conditional VAE of two classes of pictures, trained for an epoch."""
    root = tmp_path_factory.mktemp("named")
    for number, name in enumerate(("10", "2")):
        (root / "photos" / name).mkdir(parents=True)
        for index in range(20):
            pixels = np.full((8, 8), 100 * number + index, "uint8")
            Picture.fromarray(pixels).save(root / "photos" / name / f"{index}.png")
    small = (
        "--epochs",
        1,
        "--batch-size",
        8,
        "--set",
        "width=4",
        "--set",
        "latent_dim=3",
        "--eager",
    )
    kgen(
        "train",
        "cvae",
        "--dataset",
        f"folder:{root / 'photos'}",
        *small,
        "--run",
        root / "run",
    )
    return root / "run"


@pytest.mark.parametrize(("label", "right"), [("2", 1), ("10", 0), ("1", 1), ("0", 0)])
def test_the_command_takes_names_and_numbers_and_its_file_keeps_both(
    label, right, run, tmp_path
):
    kgen("generate", run, "--label", label, "--count", 12, "--out", tmp_path / "a.npz")
    written = np.load(tmp_path / "a.npz")
    assert written["y"].tolist() == [right] * 12 and written[
        "class_names"
    ].tolist() == ["10", "2"]
    model = Run.open(run).model()
    drawn = model.fields["x"].rounded(model.generate(12, right, seed=0))
    np.testing.assert_array_equal(written["x"], drawn)


def test_samples_of_all_classes_are_a_data_set_of_named_classes(run, tmp_path):
    kgen("generate", run, "--count", 20, "--out", tmp_path / "a.npz")
    again = data.load(f"npz:{tmp_path / 'a.npz'}")
    assert again.class_names == ["10", "2"] and list(again.fields) == ["x", "y"]


def test_the_command_names_the_classes_that_there_are(run):
    assert "'dog' is none of the classes. Known: 10, 2" in kgen(
        "generate", run, "--label", "dog", code=1
    )
    assert "the classes are 0 to 1" in kgen("generate", run, "--label", 7, code=1)


@pytest.mark.parametrize("out", ["latents.csv", "latents.npz"])
@pytest.mark.parametrize("labels", [["2", "10", "2"], [1, 0, 1]])
def test_files_of_named_classes_are_encoded(labels, out, run, tmp_path):
    model, x = Run.open(run).model(), np.full((3, 8, 8, 1), 90, "uint8")
    np.savez(tmp_path / "in.npz", x=x, y=np.array(labels))
    kgen("encode", run, tmp_path / "in.npz", tmp_path / out)
    right = model.latents(x, np.array([1, 0, 1]))
    if out.endswith("npz"):
        found = np.load(tmp_path / out)["latents"]
    else:
        table = pyarrow.csv.read_csv(tmp_path / out)
        found = np.stack(
            [table[f"latents_{number}"].to_numpy() for number in range(3)], axis=1
        )
    np.testing.assert_allclose(found, right, rtol=1e-5, atol=1e-5)
