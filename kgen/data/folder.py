from pathlib import Path

import numpy as np

from kgen.data.data import Data
from kgen.data.pictures import files_in, read_pictures
from kgen.data.subjects import subjects_of
from kgen.fields import Image, Label


def read(
    argument, name, size: str | None = None, channels: int | None = None, fit: str = "crop",
    low: float | None = None, high: float | None = None, subject: str | None = None,
):  # fmt: skip
    """Images of a folder: without classes, or one folder a class in the folders' alphabetical order.

    Args:
        size: pixels of all images, 64 or 48x64 (height x width); their own unless given.
        channels: 1 for grey, 3 for colour, 4 with transparency; grey if all are, unless given.
        fit: how images come to their size: crop, pad or stretch.
        low: the grey value of black.
        high: the grey value of white; 255, of 16 bits the greatest in training, unless given.
        subject: what of a file's name, a regular expression, says whose it is: no subject is in two splits.
    """
    root = checked_folder(argument, name)
    folders = subfolders(root)
    files = {folder.name: _some(folder, name) for folder in folders} if folders else {"": files_in(root)}
    every = [file for part in files.values() for file in part]
    if not every:
        raise ValueError(
            f"{name}: no PNG or JPEG images; expected {argument}/IMAGE.png, or with classes {argument}/CLASS/IMAGE.png."
        )
    images, notes = read_pictures(every, name, size, channels, fit)
    values, fields = {"x": images}, {"x": Image.of(images, f"{name}: x", low, high)}
    if folders:
        numbers = [np.full(len(part), number) for number, part in enumerate(files.values())]
        values["y"], fields["y"] = np.concatenate(numbers), Label(len(folders), list(files))
    return Data.from_arrays(name, values, fields, facts=subjects_of(every, subject, name), notes=notes)


def checked_folder(argument, name):
    """The folder of a data set; raises where there is none."""
    if not Path(argument).is_dir():
        raise FileNotFoundError(f"{name}: no folder {argument!r} in {Path.cwd()}.")
    return Path(argument)


def subfolders(root):
    """The folders within a folder in alphabetical order, without hidden ones."""
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _some(folder, name):
    files = files_in(folder)
    if not files:
        raise ValueError(f"{name}: the folder {folder.name!r} holds no PNG or JPEG image; remove it or fill it.")
    return files
