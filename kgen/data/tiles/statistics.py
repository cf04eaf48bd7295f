"""Mean, standard deviation and range of every image, in one pass over the file and in bounded memory."""

import json
import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from kgen.data.cache import cache_folder
from kgen.data.tiles.layout import explained, fingerprint, opened

STRIP, PIECE, LINE = 2**23, 2**18, 256


class Statistics(NamedTuple):
    """Moments of pixels; ``squares`` is the sum of squared distances from the mean."""

    count: int
    mean: float
    squares: float
    minimum: float
    maximum: float

    @property
    def standard_deviation(self):
        return math.sqrt(self.squares / self.count)

    def __add__(self, other):
        """The statistics of both sets of pixels together.

        Reference:
            Chan, Golub & LeVeque, Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979
        """
        count = self.count + other.count
        apart = other.mean - self.mean
        return Statistics(
            count,
            self.mean + apart * other.count / count,
            self.squares + other.squares + apart**2 * self.count * other.count / count,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
        )


def merged(parts):
    """The statistics of all parts together."""
    first, *others = parts
    for other in others:
        first = first + other
    return first


def statistics_of(path, sections, cache=None):
    """The statistics of each section, {path: Statistics}: measured once, then kept under the file's hash."""
    kept = cache_folder("statistics", cache) / f"{fingerprint(path)}.json"
    found = _read(kept)
    missing = [section for section in sections if section.path not in found]
    if missing:
        found |= measure(path, missing)
        temporary = kept.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(found))
        temporary.replace(kept)
    return {section.path: found[section.path] for section in sections}


def measure(path, sections):
    """The statistics of each section, {path: Statistics}, read strip by strip."""
    total = sum(section.bytes for section in sections)
    # One thread reads what the other has to wait for.
    with opened(path) as file, ThreadPoolExecutor(2) as pool, _progress(total) as progress:
        return {section.path: _measured(path, file, section, pool, progress) for section in sections}


def moments(pixels):
    """The statistics of an array of pixels."""
    pixels = pixels.reshape(-1)
    return merged([_of_piece(pixels[start : start + PIECE]) for start in range(0, len(pixels), PIECE)])


def strips(section, size=STRIP):
    """Ranges of rows of about ``size`` bytes that cut no chunk in two."""
    at_once = section.chunks[0] if section.chunks else 1
    rows = max(1, size // (section.bytes // section.shape[0]) // at_once) * at_once
    return [slice(start, min(start + rows, section.shape[0])) for start in range(0, section.shape[0], rows)]


def _measured(path, file, section, pool, progress):
    dataset = file[section.path]

    def of_strip(rows):
        with explained(f"{path}: {section.path}, rows {rows.start} to {rows.stop}"):
            pixels = dataset[rows]
        _check_finite(path, section, rows.start, pixels)
        progress.update(pixels.nbytes)
        return moments(pixels)

    found = merged(list(pool.map(of_strip, strips(section))))
    if found.minimum == found.maximum:
        raise ValueError(
            f"{path}: every pixel of {section.path} is {found.minimum}: nothing can be learnt from it. "
            f"Leave it out: --skip {section.path}."
        )
    return found


def _check_finite(path, section, first, pixels):
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        row, column = np.argwhere(~np.isfinite(pixels.reshape(len(pixels), -1)))[0]
        raise ValueError(
            f"{path}: {section.path} holds NaN or infinity, first at row {first + row}, column {column}. Mend that "
            f"pixel, or leave the image out: --skip {section.path}."
        )


def _of_piece(pixels):
    if pixels.dtype == "uint8":
        return _of_bytes(pixels)
    numbers = pixels.astype("float64")
    mean = numbers.mean()
    return Statistics(
        len(pixels), float(mean), float(np.square(numbers - mean).sum()), float(pixels.min()), float(pixels.max())
    )


def _of_bytes(pixels):
    # The squares of 256 bytes sum to less than 2²⁴: exact in float32, and four times as fast as in float64.
    whole = len(pixels) // LINE * LINE
    lines, rest = pixels[:whole].reshape(-1, LINE).astype("float32"), pixels[whole:].astype("int64")
    total = int((lines @ np.ones(LINE, "float32")).sum(dtype="float64")) + int(rest.sum())
    squares = int(np.einsum("ij,ij->i", lines, lines).sum(dtype="float64")) + int(np.square(rest).sum())
    count = len(pixels)
    return Statistics(
        count, total / count, (squares * count - total**2) / count, float(pixels.min()), float(pixels.max())
    )


def _progress(total):
    return tqdm(total=total, unit="B", unit_scale=True, desc="Reading every pixel once", delay=1.0)


def _read(kept):
    try:
        return {path: Statistics(*values) for path, values in json.loads(kept.read_text()).items()}
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return {}
