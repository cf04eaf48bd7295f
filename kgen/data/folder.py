from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from kgen.data.image_data import ImageData

SUFFIXES = {".png", ".jpg", ".jpeg"}


def read(argument, name):
    """Images from one folder a class, in the folders' alphabetical order; grey if all of them are."""
    root = Path(argument)
    if not root.is_dir():
        raise FileNotFoundError(f"{name}: no folder {argument!r} in {Path.cwd()}.")
    classes = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    files = [(file, label) for label, folder in enumerate(classes) for file in _images_in(folder, name)]
    if not files:
        raise ValueError(f"{name}: no folders with PNG or JPEG images; expected {argument}/CLASS/IMAGE.png.")
    images = _same_kind([_opened(file) for file, _ in files])
    _check_one_size(name, images, files)
    labels = np.array([label for _, label in files])
    return ImageData.from_arrays(name, (np.stack(images), labels), class_names=[folder.name for folder in classes])


def _images_in(folder, name):
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not files:
        raise ValueError(f"{name}: the folder {folder.name!r} holds no PNG or JPEG image; remove it or fill it.")
    return files


def _opened(file):
    try:
        image = Image.open(file)
        image.load()
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError(f"{file} cannot be read as an image: {error}") from error
    if image.mode.startswith(("I", "F")):
        raise ValueError(f"{file} holds {image.mode} pixels of more than 8 bits; store them as floats in npz:FILE.")
    return image


def _same_kind(images):
    mode = "L" if all(image.mode in ("L", "1", "LA") for image in images) else "RGB"
    return [np.asarray(image.convert(mode)) for image in images]


def _check_one_size(name, images, files):
    for image, (file, _) in zip(images, files, strict=True):
        if image.shape[:2] != images[0].shape[:2]:
            raise ValueError(
                f"{name}: {file.name} is {image.shape[:2]} pixels, {files[0][0].name} is {images[0].shape[:2]}. "
                "Bring all images to one size first."
            )
