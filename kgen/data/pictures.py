"""Picture files read into one array: of one size, one number of channels, and 8 or 16 bits."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from kgen import console
from kgen.checks import are, by, counted
from kgen.data.listing import KNOWN
from kgen.decoding import decoding
from kgen.types import Array, Location, Shape

# Pillow hands others, such as EPS, to external programs.
FORMATS = "PNG", "JPEG", "BMP", "TIFF"
PAGED = "PNG", "TIFF"
MODES = {1: "L", 3: "RGB", 4: "RGBA"}
GREY = "L", "1", "LA"
PALETTES = "P", "PA"
OPAQUE = 255
WIDE = ";16B", ";16L", ";16N"  # how 16 bits of a colour are stored
FITS = "crop", "pad", "stretch"
ORIENTATION = 0x0112  # the key of the camera's orientation in EXIF data
SIDEWAYS = 5, 6, 7, 8  # orientations that exchange height and width


class PictureHead(NamedTuple):
    """What the head of a picture file says: the pixels as they are seen, and the format.

    Args:
        shape: tuple (height, width).
        format: str, such as ``JPEG``.
    """

    shape: tuple
    format: str


class _Read(NamedTuple):
    """A picture as read and resized, its original size, and whether 8 of its 16 bits were lost."""

    pixels: np.ndarray
    shape: tuple
    halved: bool


def read_pictures(
    files: Sequence[Path],
    name: str,
    size: str | None = None,
    channels: int | None = None,
    fit: str = "crop",
    mask: bool = False,
) -> tuple[Array, tuple[str, ...]]:
    """The pictures as one array (n, height, width, channels), uint8 or uint16, and notes on them.

    Args:
        files: paths.
        name: str, of the data set, for messages.
        size: str, ``64`` or ``48x64`` (height, width); ``None`` where all pictures have one size.
        channels: 1, 3 or 4; ``None`` for the fewest that hold all pictures.
        fit: ``"crop"`` cuts off what exceeds the size after resizing, ``"pad"`` adds black
            borders, ``"stretch"`` changes the proportions.
        mask: bool, whether pixels are class numbers, which are never mixed.
    """
    wanted = None if size is None else sides(size)
    _check_options(channels, fit)
    # Resized one by one: a thousand photographs in their own size fill any memory.
    each = console.over(files, "Reading pictures")
    read = [_read(file, wanted, channels, fit, mask) for file in each]
    pixels, shapes, halved = zip(*read, strict=True)
    _check_depth(pixels, files, name)
    channels = channels or max(array.shape[-1] for array in pixels)
    arrays, notes = [_lifted(array, channels) for array in pixels], _bits_told(halved)
    if wanted is None:
        _check_one_size(shapes, files, name)
        return np.stack(arrays), notes
    return np.stack(arrays), (_note(shapes, wanted, channels, fit), *notes)


def sides(text: str, axes: int = 2, option: str = "size") -> Shape:
    """The pixels per axis in an option: one number for all axes, or one each, as 48x64."""
    found = str(text).lower().replace("×", "x").split("x")
    if not all(side.isdecimal() and int(side) for side in found) or len(found) not in (
        1,
        axes,
    ):
        order = {2: "48x64 (height x width)", 3: "32x48x48 (depth x height x width)"}[
            axes
        ]
        raise ValueError(
            f"{option}={text!r} is not a number of pixels, e.g. {option}=64 or {option}={order}."
        )
    return tuple(map(int, (found * axes)[:axes]))


def head_of_picture(file: Location) -> PictureHead | None:
    """The ``PictureHead`` of a file; ``None`` if it cannot be read."""
    try:
        with Image.open(file, formats=FORMATS) as picture:
            width, height = picture.size
            turned = picture.getexif().get(ORIENTATION, 1) in SIDEWAYS
            shape = (width, height) if turned else (height, width)
            return PictureHead(shape, picture.format or "")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def pixels_of(file: Location, channels: int | None = None) -> Array:
    """The pixels of a file (height, width, channels), with the channels it needs or those given."""
    return _pixels(file, _opened(file)[0], channels)


def _read(file, size, channels, fit, mask):
    """A picture with its own channels, or with those asked for."""
    picture, halved = _opened(file)
    if mask:
        picture = _of_classes(file, picture)
    pixels = _pixels(file, picture, channels)
    way = Image.Resampling.NEAREST if mask else Image.Resampling.BICUBIC
    return _Read(
        pixels if size is None else _fitted(pixels, size, fit, way),
        pixels.shape[:2],
        halved,
    )


def _opened(file):
    """A picture turned as its camera says, and whether its 16-bit colours are read with 8 bits."""
    with decoding(file, f"an image ({KNOWN})", "Remove it, or store it anew as PNG."):
        picture = Image.open(file, formats=FORMATS)
        _check_single(picture)
        stored = str(picture.tile[0].args) if picture.tile else ""
        picture.load()
        halved = not _is_wide(picture) and any(bits in stored for bits in WIDE)
        return ImageOps.exif_transpose(picture), halved


def _check_single(picture):
    if picture.mode.startswith("F"):
        raise ValueError(
            "it holds floating-point pixels, which belong as floats into npz:FILE"
        )
    if picture.format in PAGED and picture.n_frames > 1:
        raise ValueError(
            f"it holds {picture.n_frames} pictures; give each a file, or store a volume in npz:FILE"
        )


def _of_classes(file, picture):
    """A mask by its numbers: indices of a palette are classes, not the colours they stand for."""
    if picture.mode == "P":
        return Image.fromarray(np.asarray(picture))
    colours = np.asarray(picture if _is_wide(picture) else picture.convert("RGB"))
    if colours.ndim == 3 and (colours != colours[..., :1]).any():
        raise ValueError(
            f"{file} shows classes as colours, and the grey values of a mask are their numbers. "
            "Store it as PNG in grey, or with a palette."
        )
    return picture


def _is_wide(picture):
    """Whether a picture has grey values of 16 bits."""
    return picture.mode.startswith("I")


def _pixels(file, picture, channels):
    """An array (height, width, channels) with the given channels, else the fewest that suffice."""
    if _is_wide(picture):
        return _lifted(_of_16_bits(file, picture), channels or 1)
    picture = _smallest(picture)
    array = np.asarray(picture.convert(MODES[channels]) if channels else picture)
    return array[..., None] if array.ndim == 2 else array


def _smallest(picture):
    """The picture in grey, colour or transparent colour: the first of these that loses nothing."""
    full = picture.convert("RGBA")
    colours, alpha = np.split(np.asarray(full), [3], axis=-1)
    if alpha.min() < OPAQUE:
        return full
    grey = picture.mode in GREY or (
        picture.mode in PALETTES and (colours == colours[..., :1]).all()
    )
    return full.convert("L" if grey else "RGB")


def _of_16_bits(file, picture):
    grey = np.asarray(picture)[..., None]
    most = np.iinfo("uint16").max
    if grey.min() < 0 or grey.max() > most:
        raise ValueError(
            f"{file} holds grey values from {grey.min()} to {grey.max()}, beyond 16 bits (0 to "
            f"{most}). Store them as an array in npz:FILE."
        )
    return grey.astype("uint16")


def _lifted(array, channels):
    """An array with more channels: grey is repeated as colour, and transparency is opaque."""
    have = array.shape[-1]
    if have == channels:
        return array
    colours = array if have == 3 else np.repeat(array, 3, axis=-1)
    if channels == 3:
        return colours
    return np.concatenate(
        [colours, np.full_like(array[..., :1], np.iinfo(array.dtype).max)], axis=-1
    )


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
    most = np.iinfo(array.dtype).max
    planes = np.moveaxis(array.astype("float32"), -1, 0)
    if len(planes) < 4:
        planes = _resized_planes(planes, size, way)
    else:  # what is transparent has no colour to mix in
        alpha = planes[3:]
        planes = _resized_planes([*planes[:3] * alpha / most, *alpha], size, way)
        planes[:3] *= most / np.maximum(planes[3], 1)
    return np.clip(np.rint(np.moveaxis(planes, 0, -1)), 0, most).astype(array.dtype)


def _resized_planes(planes, size, way):
    # Channel by channel as floats: Pillow cannot resize 16 bits.
    height, width = map(int, size)
    planes = [Image.fromarray(plane).resize((width, height), way) for plane in planes]
    return np.stack(list(map(np.asarray, planes)))


def _bits_told(halved):
    count = sum(halved)
    pictures = f"{counted(count, 'colour picture')} of 16 bits {are(count)}"
    told = f"{pictures} read with 8; npz:FILE keeps 16 and floats."
    return (told,) if count else ()


def _note(every, size, channels, fit):
    shapes = sorted(set(every))
    few = ", ".join(map(by, shapes[:3]))
    more = f" and {counted(len(shapes) - 3, 'other size')}" if len(shapes) > 3 else ""
    how = {
        "crop": "resized and cropped in the middle",
        "pad": "resized and padded with black",
        "stretch": "stretched",
    }[fit]
    colours = {1: "grey", 3: "colour", 4: "colour with transparency"}[channels]
    told = f"{counted(len(every), 'picture')} of {few}{more} {are(len(every))} {how} to {by(size)}"
    return f"{told} (height × width), {colours}."


def _check_options(channels, fit):
    if channels is not None and channels not in MODES:
        raise ValueError(
            f"channels={channels} is not 1 (grey), 3 (colour) or 4 (with transparency)."
        )
    if fit not in FITS:
        raise ValueError(f"fit={fit!r} is not known. Choose one of {', '.join(FITS)}.")


def _check_depth(arrays, files, name):
    for array, file in zip(arrays, files, strict=True):
        if array.dtype != arrays[0].dtype:
            raise ValueError(
                f"{name}: {file.name} holds {array.dtype}, {files[0].name} {arrays[0].dtype}. "
                "Store all pictures with 8 bits or all with 16."
            )


def _check_one_size(shapes, files, name):
    for shape, file in zip(shapes, files, strict=True):
        if shape != shapes[0]:
            raise ValueError(
                f"{name}: {file.name} is {by(shape)} pixels (height × width), {files[0].name} is "
                f"{by(shapes[0])}. Bring all to one size; of a data set, the option size=64 does."
            )
