"""What ``kgen data inspect`` prints about folders and archives."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kgen import data
from kgen.abilities import Classifies, Conditional
from kgen.cli.data import READING, TOLD
from kgen.engine import accepts
from kgen.models import MODELS
from tests.cli.test_cli import kgen
from tests.data.scans import people


def picture(path, height, width, mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (width, height), 100 if mode == "L" else (100, 9, 9)).save(path)


def line(shown, folder):
    return next(
        text.split() for text in shown.splitlines() if text.split()[:1] == [folder]
    )


@pytest.mark.parametrize("split", ["", "train/"])
def test_a_folder_is_told_class_by_class(split, tmp_path):
    picture(tmp_path / f"{split}cat" / "0.png", 8, 9)
    picture(tmp_path / f"{split}cat" / "1.png", 20, 10, "RGB")
    picture(tmp_path / f"{split}dog" / "0.tif", 8, 9)
    (tmp_path / f"{split}dog" / "bad.png").write_bytes(b"no picture")
    (tmp_path / f"{split}dog" / "Thumbs.db").write_bytes(b"litter")
    if split:
        picture(tmp_path / "test" / "cat" / "0.png", 8, 9)
    shown = kgen("data", "inspect", tmp_path)
    assert line(shown, f"{split}cat") == [
        f"{split}cat",
        "2",
        "8×9",
        "20×10",
        "1",
        "L,",
        "1",
        "RGB",
    ]
    assert line(shown, f"{split}dog") == [f"{split}dog", "1", "8×9", "8×9", "1", "L"]
    assert (
        "1 cannot be read: bad.png (cannot identify image file)" in shown
        and "1 (Thumbs.db)" in shown
    )
    assert (
        f"Next: kgen train cvae --dataset folder:{tmp_path} --data size=8 --batch-size 2\n"
        in shown
    )
    assert ("test/cat" in shown) == bool(split)


def test_a_folder_without_classes_of_one_size_needs_no_option(tmp_path):
    picture(tmp_path / "0.png", 8, 9)
    shown = kgen("data", "inspect", tmp_path)
    assert line(shown, ".")[1:4] == ["1", "8×9", "8×9"] and shown.endswith(
        f"folder:{tmp_path}\n"
    )


@pytest.mark.parametrize("room", [".", "class"])
def test_a_folder_of_other_files_names_their_suffixes(room, tmp_path):
    (tmp_path / room).mkdir(exist_ok=True)
    (tmp_path / room / "a.dcm").write_bytes(b"DICM")
    assert "pictures, but 1 .dcm file. Convert these" in kgen(
        "data", "inspect", tmp_path, code=1
    )
    (tmp_path / room / "a.dcm").unlink()
    assert f"with classes {tmp_path}/CLASS/IMAGE.png" in kgen(
        "data", "inspect", tmp_path, code=1
    )


def test_arrays_are_told_without_being_unpacked(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros((7, 8, 9), "uint8"), y=np.arange(7))
    shown = kgen("data", "inspect", tmp_path / "a.npz")
    assert line(shown, "x") == ["x", "7×8×9", "uint8"] and line(shown, "y") == [
        "y",
        "7",
        "int64",
    ]
    (tmp_path / "bad.npz").write_bytes(b"PK")
    assert "bad.npz cannot be read as a .npz file" in kgen(
        "data", "inspect", tmp_path / "bad.npz", code=1
    )


def test_what_is_no_data_says_what_is(tmp_path):
    (tmp_path / "a.txt").write_text("words")
    assert "is not an HDF5 file" in kgen("data", "inspect", tmp_path / "a.txt", code=1)


def rows(path, columns, separator=","):
    lines = [columns, *zip(*columns.values(), strict=True)]
    path.write_text("\n".join(separator.join(map(str, row)) for row in lines) + "\n")


TABLE = {
    "scan": [f"S{number}" for number in range(60)],
    "patient": [f"{number // 3}" for number in range(60)],
    "height": [f"{number % 7}.5" for number in range(60)],
    "diagnosis": ["ill" if number % 6 == 0 else "healthy" for number in range(60)],
    "remark": ["none", "blurred"] * 30,
}


@pytest.mark.parametrize("prefix", ["", "csv:"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_table_is_told_column_by_column_with_a_command_that_runs(
    separator, prefix, tmp_path
):
    rows(tmp_path / "a.csv", TABLE, separator)
    shown = kgen("data", "inspect", f"{prefix}{tmp_path / 'a.csv'}")
    assert line(shown, "height") == ["height", "x", "0.5", "to", "6.5"]
    assert line(shown, "patient")[:3] == ["patient", "subject", "20"]
    assert line(shown, "diagnosis") == [
        "diagnosis",
        "label",
        "2",
        "different:",
        "healthy",
        "(50),",
        "ill",
        "(10)",
    ]
    assert (
        "--balanced: it weighs classes alike, and there are 50 of healthy and 10 of ill"
        in shown
    )
    (command,) = [
        text.removeprefix("Next: kgen ")
        for text in shown.splitlines()
        if text.startswith("Next: ")
    ]
    options = "--data drop=scan --data subject=patient --data label=diagnosis --data facts=remark"
    assert (
        command
        == f"train cvae --dataset csv:{tmp_path / 'a.csv'} {options} --batch-size 32"
    )
    words = dict(text.split("=") for text in command.split() if "=" in text)
    assert data.load(f"csv:{tmp_path / 'a.csv'}", **words).class_names == [
        "healthy",
        "ill",
    ]


def test_the_documented_table_is_taken_as_the_document_says(tmp_path):
    document = (Path(__file__).parents[2] / "docs/data.md").read_text()
    (names,) = re.findall(r"^id,patient.*$", document, re.MULTILINE)
    (options,) = re.findall(
        r"kgen train cvae-cgan --dataset csv:scans.csv (.*?) \\\n", document
    )
    lines = [
        f"S{row},P{row // 3},{60 + row % 9},{2 + row % 7 / 9},{100 + row % 5},"
        f"{'ill' * (row // 3 % 2) or 'well'}"
        for row in range(60)
    ]  # fmt: skip
    (tmp_path / "scans.csv").write_text("\n".join([names, *lines]))
    assert f"csv:{tmp_path / 'scans.csv'} {options} --batch-size 32\n" in kgen(
        "data", "inspect", tmp_path / "scans.csv"
    )


def test_a_table_of_numbers_alone_needs_no_option_but_for_constant_columns(tmp_path):
    rows(tmp_path / "a.tsv", {"a": range(9), "b": [*range(8), ""]}, "\t")
    shown = kgen("data", "inspect", tmp_path / "a.tsv")
    assert shown.endswith(
        f"Next: kgen train vae --dataset tsv:{tmp_path / 'a.tsv'} --batch-size 4\n"
    )
    assert (
        "1 missing" in shown and "First: fill what is missing in 1 row, of 'b'" in shown
    )
    rows(tmp_path / "a.csv", {"a": range(9), "b": [1] * 9})
    assert kgen("data", "inspect", tmp_path / "a.csv").endswith(
        "--data drop_constant=true --batch-size 4\n"
    )
    rows(tmp_path / "a.csv", {f"gene{number}": range(9) for number in range(30)})
    assert "… and 10 more columns of numbers" in kgen(
        "data", "inspect", tmp_path / "a.csv"
    )


@pytest.mark.parametrize(
    ("modes", "hint"),
    [(["L", "RGB"], "--data channels=1: 5 of 10 pictures in colour"),
     (["RGB", "RGB"], ""), (["L", "L"], ""),
     (["RGB", "RGBA"], "--data channels=3: 5 pictures may be transparent")],
)  # fmt: skip
def test_channels_are_offered_where_pictures_differ(modes, hint, tmp_path):
    for number in range(10):
        Image.new(modes[number % 2], (8, 8)).save(tmp_path / f"{number}.png")
    shown = kgen("data", "inspect", tmp_path)
    assert (
        hint in shown
        and ("--data channels" in shown) == bool(hint)
        and "size=" not in shown
    )


@pytest.mark.parametrize(
    ("y", "model"),
    [([0, 1] * 20, "cvae"), (np.linspace(0, 1, 40), "regressor"), (None, "vae")],
)
def test_the_model_suits_what_the_arrays_hold(y, model, tmp_path):
    np.savez(
        tmp_path / "a.npz",
        x=np.zeros((40, 8, 8), "uint8"),
        **({} if y is None else {"y": y}),
    )
    assert f"Next: kgen train {model} --dataset" in kgen(
        "data", "inspect", tmp_path / "a.npz"
    )


def test_the_models_that_are_offered_for_classes_are_those_that_take_them():
    classes = {name: entry.load() for name, entry in MODELS.items()}
    labelled = {
        name: cls
        for name, cls in classes.items()
        if {*accepts.wanted(cls)} <= {"x", "y"}
    }
    assert [
        name for name, cls in labelled.items() if issubclass(cls, Conditional)
    ] == list(TOLD)
    assert [
        name for name, cls in labelled.items() if issubclass(cls, Classifies)
    ] == list(READING)


@pytest.mark.parametrize("option", ["--out", "--test-group", "--skip"])
@pytest.mark.parametrize("name", ["photos", "a.npz", "a.csv"])
def test_options_of_other_files_are_refused(name, option, tmp_path):
    picture(tmp_path / "photos" / "0.png", 8, 9)
    np.savez(tmp_path / "a.npz", x=np.zeros(3))
    rows(tmp_path / "a.csv", {"a": range(9)})
    assert f"{option} is of HDF5 files" in kgen(
        "data", "inspect", tmp_path / name, option, "some", code=2
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.csv",
        "a.npz",
        "photos",
    ]


@pytest.mark.parametrize("count", [20, 120, 160, 400])
@pytest.mark.parametrize("kind", ["folder", "pairs", "csv", "npz"])
def test_the_command_asks_for_steps_that_the_training_values_fill(
    kind, count, tmp_path
):
    path = tmp_path / f"a.{kind}"
    rooms = {"folder": ["red"], "pairs": ["a", "b"]}.get(kind, [])
    for room, number in itertools.product(rooms, range(count)):
        picture(path / room / f"{number}.png", 8, 8)
    values = np.arange(3.0 * count).reshape(count, 3)
    if kind == "csv":
        rows(path, dict(zip("abc", values.T.tolist(), strict=True)))
    if kind == "npz":
        np.savez(path, x=values)
    shown = kgen("data", "inspect", f"{kind}:{path}")
    batch_size = int(*re.findall(r"--batch-size (\d+)", shown) or ["128"])
    assert len(data.load(f"{kind}:{path}").train) >= batch_size
    assert ("--batch-size" in shown) == (count < 180)


def test_a_table_of_words_alone_says_that_numbers_are_needed(tmp_path):
    rows(tmp_path / "a.csv", {"a": ["red", "blue"], "b": ["no", "yes"]})
    assert "no column of numbers" in kgen("data", "inspect", tmp_path / "a.csv", code=1)


def test_a_row_of_too_few_values_is_told(tmp_path):
    (tmp_path / "a.csv").write_text("a,b,y\n1,2,u\n3,4\n4,5,u\n")
    shown = kgen("data", "inspect", tmp_path / "a.csv", code=1)
    assert (
        "Row #3: Expected 3 columns, got 2" in shown
        and "as many values as the line of names" in shown
    )


def test_a_path_of_nothing_names_what_lies_near(tmp_path):
    (tmp_path / "photos").mkdir()
    shown = kgen("data", "inspect", tmp_path / "photo", code=1)
    assert (
        f"No file or folder '{tmp_path}/photo'" in shown
        and "Did you mean photos?" in shown
    )


def test_a_name_that_is_no_file_is_told(tmp_path):
    assert "digits is no file" in kgen("data", "inspect", "digits", code=2)
    assert "Did you mean csv:a.csv" in kgen("data", "inspect", "cvs:a.csv", code=1)


@pytest.mark.parametrize(("label", "expected"), [
    ("diagnosis", "kgen train cvae --dataset nifti:{} --data label=diagnosis"),
    (None, "kgen train regressor --dataset nifti:{} --data number=age"),
])  # fmt: skip
def test_a_table_of_scans_is_proposed_as_such(label, expected, tmp_path):
    path = people(tmp_path, **({} if label else {"diagnosis": None}))
    shown = kgen("data", "inspect", path)
    assert f"Next: {expected.format(path)} --batch-size 16\n" in shown
    assert line(shown, "file")[1] == "file" and line(shown, "subject")[1] == "subject"
    assert "first: 0.nii.gz, 20×24×18 voxels of 2×2×2 mm, stored as RAS" in shown
    command = re.search(r"Next: kgen train \w+ --dataset (\S+)(.*) --batch-size", shown)
    data.load(
        command[1],
        **dict(option.split("=") for option in command[2].split("--data ")[1:]),
    )


def test_other_names_of_columns_are_asked_for(tmp_path):
    path = people(tmp_path)
    path.write_text(path.read_text().replace("file,subject", "scan,patient", 1))
    shown = kgen("data", "inspect", path)
    assert (
        f"nifti:{path} --data file=scan --data subject=patient "
        "--data label=diagnosis --batch-size 16" in shown
    )


def test_row_numbers_without_a_name_are_left_out_and_an_age_is_offered(tmp_path):
    random = np.random.default_rng(0)
    ages = random.uniform(20, 80, 90).round(1)
    columns = {
        "": range(90),
        "Unnamed: 0": range(5, 95),
        "age": ages,
        "a_very_long_name_of_a_column": ages,
    }
    rows(tmp_path / "people.csv", columns)
    shown = kgen("data", "inspect", tmp_path / "people.csv")
    assert line(shown, "unnamed")[1] == "drop" and line(shown, "Unnamed:")[2] == "drop"
    assert line(shown, "a_very_long_name_of_a_column")[1] == "x"
    assert (
        "You may add --data number=age: y is then the age, which a regressor estimates."
        in shown
    )
    assert (
        f"kgen data inspect {tmp_path / 'people.csv'} --data number=age says what the columns tell"
        in shown
    )
    found = data.load(
        f"csv:{tmp_path / 'people.csv'}", number="age", drop="unnamed,Unnamed: 0"
    )
    assert found.fields["x"].names == ["a_very_long_name_of_a_column"]
    assert sorted(
        np.concatenate([found.train["y"], found.validation["y"], found.test["y"]])
    ) == sorted(ages.astype("float32"))


@pytest.mark.parametrize("option", ["--test-group", "--skip"])
def test_options_of_sections_are_refused_beside_those_of_a_table(option, tmp_path):
    rows(tmp_path / "people.csv", {"age": range(20, 50), "a": range(30)})
    shown = kgen(
        "data",
        "inspect",
        tmp_path / "people.csv",
        "--data",
        "number=age",
        option,
        "B20",
        code=2,
    )
    assert f"{option} is of HDF5 files; leave it out" in shown
