"""What ``kgen data inspect`` says of folders and archives."""

import numpy as np
import pytest
from PIL import Image

from tests.cli.test_cli import kgen


def picture(path, height, width, mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (width, height), 100 if mode == "L" else (100, 9, 9)).save(path)


def line(shown, folder):
    return next(text.split() for text in shown.splitlines() if text.split()[:1] == [folder])


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
    assert line(shown, f"{split}cat") == [f"{split}cat", "2", "8×9", "20×10", "1", "L,", "1", "RGB"]
    assert line(shown, f"{split}dog") == [f"{split}dog", "1", "8×9", "8×9", "1", "L"]
    assert "1 cannot be read: bad.png (cannot identify image file)" in shown and "1 (Thumbs.db)" in shown
    assert f"Next: kgen train vae --dataset folder:{tmp_path} --data size=64" in shown
    assert ("test/cat" in shown) == bool(split)


def test_a_folder_without_classes_of_one_size_needs_no_option(tmp_path):
    picture(tmp_path / "0.png", 8, 9)
    shown = kgen("data", "inspect", tmp_path)
    assert line(shown, ".")[1:4] == ["1", "8×9", "8×9"] and shown.endswith(f"folder:{tmp_path}\n")


@pytest.mark.parametrize("room", [".", "class"])
def test_a_folder_of_other_files_names_their_suffixes(room, tmp_path):
    (tmp_path / room).mkdir(exist_ok=True)
    (tmp_path / room / "a.dcm").write_bytes(b"DICM")
    assert "pictures, but 1 .dcm files. Convert these" in kgen("data", "inspect", tmp_path, code=1)


def test_arrays_are_told_without_being_unpacked(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros((7, 8, 9), "uint8"), y=np.arange(7))
    shown = kgen("data", "inspect", tmp_path / "a.npz")
    assert line(shown, "x") == ["x", "7×8×9", "uint8"] and line(shown, "y") == ["y", "7", "int64"]
    (tmp_path / "bad.npz").write_bytes(b"PK")
    assert "bad.npz cannot be read as a .npz file" in kgen("data", "inspect", tmp_path / "bad.npz", code=1)


def test_what_is_no_data_says_what_is(tmp_path):
    (tmp_path / "a.txt").write_text("words")
    assert "is not an HDF5 file" in kgen("data", "inspect", tmp_path / "a.txt", code=1)
