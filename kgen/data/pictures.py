"""Picture files read into one array: of one size, of one number of channels, of 8 bits or of 16."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from kgen import console

SUFFIXES = {".png", ".jpg", ".jpeg"}
MODES = {1: "L", 3: "RGB", 4: "RGBA"}
GREY = "L", "1", "LA"
FITS = "crop", "pad", "stretch"


def files_in(folder):
    """The picture files of a folder in alphabetical order, without hidden ones."""
    paths = sorted(Path(folder).iterdir())
    return [path for path in paths if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")]


def read_pictures(files, name, size=None, channels=None, fit="crop", mask=False):
    """The pictures as one array (n, height, width, channels), uint8 or uint16, and notes of what was done to them.

    Args:
        files: paths.
        name: str, of the data set, for messages.
        size: str, ``64`` or ``48x64`` (height, width); ``None`` where all pictures have one size.
        channels: 1, 3 or 4; ``None`` for grey where all pictures are, else for colour.
        fit: ``"crop"`` cuts what a resized picture has too much, ``"pad"`` adds black borders,
            ``"stretch"`` changes proportions.
        mask: bool, whether pixels are numbers of classes, which are never mixed.
    """
    size = size and _size(size)
    _check_options(channels, fit)
    pictures = [_opened(file) for file in console.over(files, "Reading pictures")]
    if mask:
        pictures = [_of_classes(picture) for picture in pictures]
    channels = channels or (1 if all(_is_grey(picture) for picture in pictures) else 3)
    arrays = [_pixels(picture, channels) for picture in pictures]
    _check_depth(arrays, files, name)
    if size is None:
        _check_one_size(arrays, files, name)
        return np.stack(arrays), ()
    note = _note(arrays, size, channels, fit)
    way = Image.Resampling.NEAREST if mask else Image.Resampling.BICUBIC
    return np.stack([_fitted(array, size, fit, way) for array in arrays]), (note,)


def _opened(file):
    try:
        picture = Image.open(file)
        picture.load()
        picture = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{file} cannot be read as an image: {error}") from error
    if picture.mode.startswith("F"):
        raise ValueError(f"{file} holds floating-point pixels; store them as floats in npz:FILE.")
    return picture


def _of_classes(picture):
    """A mask by its numbers: those of a palette are classes, and not the colours that stand for them."""
    return Image.fromarray(np.asarray(picture)) if picture.mode == "P" else picture


def _is_wide(picture):
    """Whether a picture has grey values of 16 bits."""
    return picture.mode.startswith("I")


def _is_grey(picture):
    return picture.mode in GREY or _is_wide(picture)


def _pixels(picture, channels):
    if not _is_wide(picture):
        array = np.asarray(picture.convert(MODES[channels]))
        return array[..., None] if array.ndim == 2 else array
    grey = np.asarray(picture).astype("uint16")[..., None]
    return np.repeat(grey, channels, axis=-1) if channels > 1 else grey


def _fitted(array, size, fit, way):
    """The array at the wanted size."""
    have, size = np.array(array.shape[:2]), np.array(size)
    if fit == "stretch":
        return _resized(array, size, way)
    scale = (size / have).max() if fit == "crop" else (size / have).min()
    between = np.maximum(np.rint(have * scale).astype(int), 1)
    between = np.maximum(between, size) if fit == "crop" else np.minimum(between, size)
    array = _resized(array, between, way)
    if fit == "crop":
        top, left = (between - size) // 2
        return array[top : top + size[0], left : left + size[1]]
    gaps = size - between
    around = [(gap // 2, gap - gap // 2) for gap in gaps]
    return np.pad(array, [*around, (0, 0)])


def _resized(array, size, way):
    if tuple(size) == array.shape[:2]:
        return array
    height, width = map(int, size)
    # Channel by channel as floats: Pillow resizes no 16 bits.
    planes = [Image.fromarray(plane.astype("float32")) for plane in np.moveaxis(array, -1, 0)]
    planes = [np.asarray(plane.resize((width, height), way)) for plane in planes]
    most = np.iinfo(array.dtype).max
    return np.clip(np.rint(np.stack(planes, axis=-1)), 0, most).astype(array.dtype)


def _size(text):
    sides = str(text).lower().replace("×", "x").split("x")
    if not all(side.isdigit() and int(side) for side in sides) or len(sides) > 2:
        raise ValueError(f"size={text!r} is not a number of pixels, e.g. size=64 or size=48x64 (height x width).")
    height, width = (sides * 2)[:2]
    return int(height), int(width)


def _note(arrays, size, channels, fit):
    shapes = sorted({array.shape[:2] for array in arrays})
    few = ", ".join(f"{height}×{width}" for height, width in shapes[:3])
    more = f" and {len(shapes) - 3} other sizes" if len(shapes) > 3 else ""
    how = {
        "crop": "resized and cropped in the middle",
        "pad": "resized and padded with black",
        "stretch": "stretched",
    }[fit]
    colours = {1: "grey", 3: "colour", 4: "colour with transparency"}[channels]
    return f"{len(arrays)} pictures of {few}{more} are {how} to {size[0]}×{size[1]}, {colours}."


def _check_options(channels, fit):
    if channels is not None and channels not in MODES:
        raise ValueError(f"channels={channels} is not 1 (grey), 3 (colour) or 4 (with transparency).")
    if fit not in FITS:
        raise ValueError(f"fit={fit!r} is not known. Choose one of {', '.join(FITS)}.")


def _check_depth(arrays, files, name):
    for array, file in zip(arrays, files, strict=True):
        if array.dtype != arrays[0].dtype:
            raise ValueError(
                f"{name}: {file.name} holds {array.dtype}, {files[0].name} {arrays[0].dtype}. Store all "
                "pictures with 8 bits or all with 16."
            )


def _check_one_size(arrays, files, name):
    for array, file in zip(arrays, files, strict=True):
        if array.shape[:2] != arrays[0].shape[:2]:
            raise ValueError(
                f"{name}: {file.name} is {array.shape[:2]} pixels, {files[0].name} is "
                f"{arrays[0].shape[:2]}. Bring all to one size with the option size=64 of the data set."
            )
