"""Verbs read the very files of the training, labels included, and write human-readable files."""

import functools
import shutil

import h5py
import numpy as np
import pyarrow.csv
import pytest
from PIL import Image

from kgen.data.pictures import read_pictures
from kgen.runs.run import Run
from tests.cli.test_cli import kgen

pytestmark = pytest.mark.whole

SMALL = (
    "--epochs", 1, "--batch-size", 16, "--set", "width=4", "--set", "discriminator_width=4",
    "--set", "latent_dim=3", "--eager",
)  # fmt: skip
VERBS = "encode", "reconstruct", "classify"
NAMES = ["healthy", "very ill"]


def write_table(path, separator=",", decimal=".", label=True):
    """Rows of a patient's number, two measurements and what is known of the patient."""
    random = np.random.default_rng(0)
    lines = [["patient", "height", "weight", *(["diagnosis"] if label else [])]]
    for row in range(60):
        numbers = [
            f"{value:.2f}".replace(".", decimal)
            for value in 50 + 9 * random.standard_normal(2)
        ]
        lines.append(
            [f"P{row // 3:02}", *numbers, *([NAMES[row // 3 % 2]] if label else [])]
        )
    path.write_text("\n".join(map(separator.join, lines)) + "\n")


def write_photos(root):
    """Photographs of several sizes, one folder per class."""
    random = np.random.default_rng(0)
    for label, name in enumerate(NAMES):
        (root / name).mkdir(parents=True)
        for number in range(20):
            pixels = random.integers(
                100 * label, 100 * label + 99, (9 + number % 3, 8), dtype="uint8"
            )
            Image.fromarray(pixels).save(root / name / f"{number:02}.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    write_table(folder / "table.csv")
    write_table(folder / "semicolons.csv", ";", ",")
    write_table(folder / "table.tsv", "\t", ",")
    write_photos(folder / "photos")
    return folder


@pytest.fixture(scope="module")
def table_run(folder):
    """A model that encodes, draws and classifies rows of a table."""
    told = "--data", "label=diagnosis", "--data", "subject=patient"
    kgen(
        "train",
        "cvae-cgan",
        "--dataset",
        f"csv:{folder / 'table.csv'}",
        *told,
        *SMALL,
        "--run",
        folder / "rows",
    )
    return folder / "rows"


@pytest.fixture(scope="module")
def photos_run(folder):
    """The same for photographs in folders of classes."""
    dataset = "--dataset", f"folder:{folder / 'photos'}", "--data", "size=8"
    kgen("train", "cvae-cgan", *dataset, *SMALL, "--run", folder / "pictures")
    return folder / "pictures"


def read(path):
    """The columns of a table by name, or the arrays of a .npz file."""
    if path.suffix == ".npz":
        return dict(np.load(path))
    table = pyarrow.csv.read_csv(path)
    return {name: table[name].to_numpy() for name in table.column_names}


def stacked(table, names):
    return np.stack([table[name] for name in names], axis=1)


@functools.cache
def model_of(run):
    return Run.open(run).model()


def expected(run, verb, x, y):
    model = model_of(run)
    call = {"encode": model.latents, "reconstruct": model.reconstruct}.get(verb)
    return model.classify(x) if call is None else call(x, y)


@pytest.mark.parametrize(
    ("verb", "source"),
    [
        *((verb, "table.csv") for verb in VERBS),
        ("reconstruct", "semicolons.csv"),
        ("classify", "table.tsv"),
    ],
)
def test_the_table_of_the_training_is_read_with_its_classes(
    verb, source, table_run, folder, tmp_path
):
    assert "60 values written" in kgen(
        verb, table_run, folder / source, tmp_path / "out.csv"
    )
    found, given = read(tmp_path / "out.csv"), read(folder / "table.csv")
    x = stacked(given, ["height", "weight"]).astype("float32")
    y = [NAMES.index(n) for n in given["diagnosis"]]
    columns = {
        "encode": ["latents_0", "latents_1", "latents_2"],
        "reconstruct": ["height", "weight"],
        "classify": ["probability_healthy", "probability_very ill"],
    }[verb]
    assert [name for name in found if name not in ("y", "class")] == columns
    np.testing.assert_allclose(
        stacked(found, columns),
        expected(table_run, verb, x, np.array(y)),
        rtol=1e-4,
        atol=1e-4,
    )


@pytest.mark.parametrize("out", ["out.csv", "out.npz"])
def test_classes_are_written_by_name_and_number(out, table_run, folder, tmp_path):
    kgen("classify", table_run, folder / "table.csv", tmp_path / out)
    found = read(tmp_path / out)
    assert found["class"].tolist() == [NAMES[number] for number in found["y"]]
    if out.endswith(".npz"):
        assert found["class_names"].tolist() == NAMES and "files" not in found
        np.testing.assert_array_equal(found["probabilities"].argmax(axis=1), found["y"])


@pytest.mark.parametrize(
    ("place", "verb", "out"),
    [
        ("", "encode", "out.csv"),
        ("", "reconstruct", "out.npz"),
        ("very ill", "classify", "out.csv"),
        ("very ill/03.png", "encode", "out.csv"),
        ("very ill/03.png", "reconstruct", "out.npz"),
    ],
)
def test_folders_of_classes_a_class_and_a_picture_are_read(
    place, verb, out, photos_run, folder, tmp_path
):
    root = folder / "photos" / place
    files = sorted(root.rglob("*.png")) if root.is_dir() else [root]
    kgen(verb, photos_run, root, tmp_path / out)
    found, base = read(tmp_path / out), root if root.is_dir() else root.parent
    named = found["file" if out.endswith(".csv") else "files"]
    assert named.tolist() == [path.relative_to(base).as_posix() for path in files]
    x, _ = read_pictures(files, "photos", size="8")
    right = expected(
        photos_run, verb, x, np.array([NAMES.index(path.parent.name) for path in files])
    )
    if out.endswith(".csv"):
        columns = [
            name for name in found if name.startswith(("latents_", "probability_"))
        ]
        np.testing.assert_allclose(stacked(found, columns), right, rtol=1e-4, atol=1e-5)
    else:
        np.testing.assert_allclose(found["x"], right, atol=0.51)


def test_labels_under_the_name_that_the_training_had_them_by_are_read(tmp_path):
    x, kind = (
        np.random.default_rng(0).random((40, 8, 8), "float32"),
        np.resize(["b", "a"], 40),
    )
    np.savez(tmp_path / "in.npz", x=x, kind=kind)
    kgen("train", "cvae", "--dataset", f"npz:{tmp_path / 'in.npz'}", "--data", "y=kind",
         *SMALL[:6], "--eager", "--run", tmp_path / "run")  # fmt: skip
    kgen("encode", tmp_path / "run", tmp_path / "in.npz", tmp_path / "out.npz")
    right = (
        Run.open(tmp_path / "run").model().latents(x[..., None], np.resize([1, 0], 40))
    )
    np.testing.assert_allclose(
        np.load(tmp_path / "out.npz")["latents"], right, atol=1e-5
    )


@pytest.mark.parametrize("verb", ["encode", "reconstruct"])
def test_a_file_without_classes_is_told_in_its_own_terms(
    verb, table_run, photos_run, folder, tmp_path
):
    out, rooms = tmp_path / "out.npz", tmp_path / "new"
    write_table(tmp_path / "bare.csv", label=False)
    assert (
        "bare.csv has no column 'diagnosis', the class of each value ('healthy', 'very ill'). "
        "Add it; there are 'patient', 'height', 'weight'."
        in kgen(verb, table_run, tmp_path / "bare.csv", out, code=1)
    )
    text = (folder / "table.csv").read_text()
    (tmp_path / "wrong.csv").write_text(text.replace("very ill", "very Il"))
    told = kgen(verb, table_run, tmp_path / "wrong.csv", out, code=1)
    assert "wrong.csv: 'very Il' is none of the classes. Did you mean very ill?" in told
    shutil.copytree(folder / "photos" / "very ill", rooms)
    told = kgen(verb, photos_run, rooms, out, code=1)
    assert (
        "'new' is none of the classes" in told
        and "The class of a picture is the name of its folder" in told
    )
    np.save(tmp_path / "in.npy", np.zeros((2, 8, 8), "uint8"))
    assert "in.npy holds x, and no y, the class" in kgen(
        verb, photos_run, tmp_path / "in.npy", out, code=1
    )
    (tmp_path / "empty.csv").write_bytes(b"")
    assert "empty.csv is empty, a file of 0 bytes" in kgen(
        verb, table_run, tmp_path / "empty.csv", out, code=1
    )
    assert not out.exists()


@pytest.mark.parametrize("verb", VERBS)
def test_other_files_are_told_what_would_do(verb, table_run, folder, tmp_path):
    out = tmp_path / "out.npz"
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file["B1/0"] = np.zeros((90, 90), "uint8")
    assert "np.savez('tiles.npz', x=tiles)" in kgen(
        verb, table_run, tmp_path / "in.h5", out, code=1
    )
    (tmp_path / "few.csv").write_text("height,diagnosis\n1.5,healthy\n")
    assert "lacks 'weight', columns of the training" in kgen(
        verb, table_run, tmp_path / "few.csv", out, code=1
    )
    (tmp_path / "words.csv").write_text("height,weight,diagnosis\n1.5,low,healthy\n")
    assert "where numbers should be, in 'weight'" in kgen(
        verb, table_run, tmp_path / "words.csv", out, code=1
    )
    (tmp_path / "none.csv").write_text("height,weight,diagnosis\n")
    assert "none.csv holds no values: a line of names" in kgen(
        verb, table_run, tmp_path / "none.csv", out, code=1
    )
    assert not out.exists()


@pytest.mark.parametrize("verb", VERBS)
def test_files_of_another_kind_are_told_what_the_model_takes(
    verb, table_run, photos_run, folder, tmp_path
):
    out = tmp_path / "out.npz"
    told = kgen(verb, table_run, folder / "photos", out, code=1)
    assert "holds pictures, and this model takes vectors of 2 numbers." in told
    told = kgen(verb, photos_run, folder / "table.csv", out, code=1)
    assert "holds rows of numbers, and this model takes images 8×8×1." in told


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_needs_the_run_and_not_the_data_that_it_was_trained_on(
    verb, folder, table_run, tmp_path
):
    shutil.copytree(table_run, tmp_path / "run")
    config = (tmp_path / "run" / "config.json").read_text()
    (tmp_path / "run" / "config.json").write_text(
        config.replace("table.csv", "gone.csv")
    )
    assert "60 values written" in kgen(
        verb, tmp_path / "run", folder / "table.csv", tmp_path / "out.csv"
    )


@pytest.mark.parametrize(
    ("label", "right"), [(None, NAMES * 3), ("very ill", NAMES[1:] * 6)]
)
def test_samples_of_a_table_are_a_table_that_is_read_again(
    label, right, table_run, tmp_path
):
    asked = ("--label", label) if label else ()
    kgen("generate", table_run, *asked, "--count", 6, "--out", tmp_path / "drawn.csv")
    found = read(tmp_path / "drawn.csv")
    assert (
        list(found) == ["height", "weight", "diagnosis"]
        and found["diagnosis"].tolist() == right
    )
    model = model_of(table_run)
    np.testing.assert_allclose(
        stacked(found, ["height", "weight"]), model.generate(6, label, 0), rtol=1e-4
    )
    kgen("encode", table_run, tmp_path / "drawn.csv", tmp_path / "latents.npz")


def test_pictures_that_are_no_table_are_refused_as_one(photos_run, folder, tmp_path):
    shown = kgen(
        "reconstruct", photos_run, folder / "photos", tmp_path / "out.csv", code=1
    )
    assert "is no table: write out.npz" in shown
    assert "is no table: write drawn.npz" in kgen(
        "generate", photos_run, "--out", tmp_path / "drawn.csv", code=1
    )
