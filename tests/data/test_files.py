"""Files that verbs read: any fault of a file is one error that names it."""

import io
import os
import zipfile

import keras
import numpy as np
import pytest
from PIL import Image as Picture

from kgen import data
from kgen.data.files import read_values
from kgen.data.pictures import read_pictures
from kgen.decoding import Undecodable
from kgen.fields import Image, Label
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from tests.cli.test_cli import kgen
from tests.conftest import tiny

FIELDS = {"x": Image((8, 8, 1), 0, 255, dtype="uint8"), "y": Label(2, ["cat", "dog"])}
X = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1), dtype="uint8")


def npy(values):
    content = io.BytesIO()
    np.save(content, values)
    return content.getvalue()


HUGE = npy(X).replace(b"(5, 8, 8, 1)", b"(9" + b"9" * 9 + b",)")[: len(npy(X))]
HARMS = {
    "nothing": b"",
    "noise": bytes(range(256)) * 9,
    "cut off": npy(X)[:200],
    "huge": HUGE,
    "objects": npy([{}]),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("suffix", [".npz", ".npy", ".png", ".tif"])
def test_a_damaged_file_is_told_by_name(suffix, harm, tmp_path):
    path = tmp_path / f"in{suffix}"
    path.write_bytes(HARMS[harm])
    with pytest.raises(Undecodable, match=rf"in\{suffix} cannot be read as"):
        read_values(path, FIELDS, ["x"])


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
@pytest.mark.parametrize(
    "content",
    [b"", b"a,\tb\n1\n", b"a\n\xff\xfe\n\x00", b"a\nlow\n", b"a\n\n", b"PK\x03\x04"],
)
def test_a_damaged_table_is_told_by_name(content, suffix, tmp_path):
    path = tmp_path / f"in{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"in\{suffix}"):
        read_values(path, {"x": tiny("vae").fields["x"]}, ["x"])


@pytest.mark.parametrize("suffix", [".npz", ".npy", ".png", ".csv"])
def test_a_pipe_is_refused_instead_of_waited_for(suffix, tmp_path):
    os.mkfifo(tmp_path / f"in{suffix}")
    with pytest.raises(ValueError, match="is a pipe or a device, and no file"):
        read_values(tmp_path / f"in{suffix}", FIELDS, ["x"])


def test_arrays_that_nobody_asked_for_are_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "in.npz", "w") as file:
        for name, content in {
            "x": npy(X),
            "y": npy(["dog"] * 5),
            "bomb": HUGE,
            "z": b"no array",
        }.items():
            file.writestr(f"{name}.npy", content)
    found = read_values(tmp_path / "in.npz", FIELDS, ["x", "y"]).values
    np.testing.assert_array_equal(found["x"], X)
    assert found["y"].tolist() == [1] * 5 and list(found) == ["x", "y"]


def test_suffixes_may_be_in_capitals(tmp_path):
    np.savez(tmp_path / "in.npz", x=X)
    (tmp_path / "in.npz").rename(tmp_path / "IN.NPZ")
    np.testing.assert_array_equal(
        read_values(tmp_path / "IN.NPZ", FIELDS, ["x"]).values["x"], X
    )


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA", "LA", "1"])
def test_pictures_have_the_channels_of_the_training(mode, tmp_path):
    picture = Picture.fromarray(X[0, ..., 0])
    (tmp_path / "Thumbs.db").write_bytes(b"litter")
    picture.convert(mode).save(tmp_path / "in.png")
    found = read_values(tmp_path, FIELDS, ["x"]).values["x"]
    np.testing.assert_array_equal(
        found[0, ..., 0], np.asarray(picture.convert(mode).convert("L"))
    )


@pytest.mark.parametrize(
    "content", [b"", b"PK\x05\x06" + bytes(18), b"garbage", b"PK\x03\x04 not really"]
)
def test_a_network_of_features_that_is_none_is_told_by_name(content, tmp_path, digits):
    run = Run.create(
        tmp_path / "run", RunConfig("vae", "digits", fingerprint=digits.fingerprint)
    )
    (tmp_path / "net.keras").write_bytes(content)
    shown = kgen("evaluate", run.path, "--features", tmp_path / "net.keras", code=1)
    assert (
        "net.keras cannot be read as a Keras model" in shown
        and "model.save(FILE.keras)" in shown
    )


def test_features_that_are_no_numbers_are_refused(tmp_path, digits):
    run = Run.create(
        tmp_path / "run", RunConfig("vae", "digits", fingerprint=digits.fingerprint)
    )
    run.save_model(tiny("vae", digits.fields))
    network = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    network.layers[-1].bias.assign([np.nan, 0, 0])
    network.save(tmp_path / "net.keras")
    asked = (
        "--metrics",
        "samples",
        "--samples",
        50,
        "--features",
        tmp_path / "net.keras",
    )
    assert "NaN" in kgen("evaluate", run.path, *asked, code=1)


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_pictures_for_a_verb_come_to_their_size_as_those_of_the_training(fit, tmp_path):
    (tmp_path / "photos").mkdir()
    for number in range(10):
        pixels = np.random.default_rng(number).integers(
            0, 256, (12 + number, 16), dtype="uint8"
        )
        Picture.fromarray(pixels).save(tmp_path / "photos" / f"{number}.png")
    options = {"size": "8", "fit": fit}
    dataset = data.load(f"folder:{tmp_path / 'photos'}", **options)
    config = RunConfig(
        "vae", dataset.name, data=options, fingerprint=dataset.fingerprint
    )
    run, model = Run.create(tmp_path / "run", config), tiny("vae", dataset.fields)
    run.save_model(model)
    kgen("encode", run.path, tmp_path / "photos", tmp_path / "latents.npz")
    right, _ = read_pictures(sorted((tmp_path / "photos").iterdir()), "mine", **options)
    np.testing.assert_allclose(
        np.load(tmp_path / "latents.npz")["latents"], model.latents(right), atol=1e-5
    )
