"""Mean, standard deviation and range of every image, in one pass over the file and in bounded memory."""

import functools
import json
import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from kgen import console
from kgen.data.cache import cache_folder
from kgen.data.tiles.layout import cache_key, explained, opened

STRIP, PIECE = 2**22, 2**18


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
    kept = cache_folder("statistics", cache) / f"{cache_key(path)}.json"
    found = _read(kept)
    missing = [section for section in sections if section.path not in found]
    if missing:
        measured, faults = measure(path, missing)
        found |= measured
        _write(kept, found)
        _check_sound(path, faults)
    return {section.path: found[section.path] for section in sections}


def measure(path, sections):
    """The statistics of each section, {path: Statistics}, read strip by strip; and what is wrong with the others."""
    total = sum(section.bytes for section in sections)
    # One thread reads what the other has to wait for.
    with opened(path) as file, ThreadPoolExecutor(2) as pool, _bar(total) as progress:
        found = {section.path: _measured(path, file, section, pool, progress) for section in sections}
    faults = {name: fault for name, fault in found.items() if isinstance(fault, str)}
    return {name: found[name] for name in found.keys() - faults.keys()}, faults


def moments(pixels):
    """The statistics of an array of pixels."""
    pixels = pixels.reshape(-1)
    if pixels.dtype == "uint8":
        return _of_bytes(pixels)
    return merged([_of_piece(pixels[start : start + PIECE]) for start in range(0, len(pixels), PIECE)])


def strips(section, size=STRIP):
    """Ranges of rows of about ``size`` bytes that cut no chunk in two."""
    at_once = section.chunks[0] if section.chunks else 1
    rows = max(1, size // (section.bytes // section.shape[0]) // at_once) * at_once
    return [slice(start, min(start + rows, section.shape[0])) for start in range(0, section.shape[0], rows)]


def _measured(path, file, section, pool, progress):
    # The section's statistics, or a word on what is wrong with it.
    dataset = file[section.path]

    def of_strip(rows):
        with explained(f"{path}: {section.path}, rows {rows.start} to {rows.stop},"):
            pixels = dataset[rows]
        progress.update(pixels.nbytes)
        return _not_finite(rows.start, pixels) or moments(pixels)

    found = list(pool.map(of_strip, strips(section)))
    faults = [fault for fault in found if isinstance(fault, str)]
    return faults[0] if faults else _not_constant(merged(found))


def _not_finite(first, pixels):
    if pixels.dtype.kind != "f" or np.isfinite(pixels).all():
        return None
    row, column = np.argwhere(~np.isfinite(pixels.reshape(len(pixels), -1)))[0]
    return f"holds NaN or infinity, first at row {first + row}, column {column}"


def _not_constant(found):
    if found.minimum < found.maximum:
        return found
    return f"has the one shade {found.minimum:g}, from which nothing can be learnt"


def _check_sound(path, faults):
    if faults:
        told = "; ".join(f"{name} {fault}" for name, fault in faults.items())
        skipped = f"skip={','.join(faults)}"
        raise ValueError(f"{path}: {told}. Mend {'it' if len(faults) == 1 else 'them'}, or leave out: {skipped}.")


def _of_piece(pixels):
    numbers = pixels.astype("float64")
    mean = numbers.mean()
    return Statistics(
        len(pixels), float(mean), float(np.square(numbers - mean).sum()), float(pixels.min()), float(pixels.max())
    )


def _of_bytes(pixels):
    # Whole numbers are summed without an error, at the rate of memory.
    (total, squares), count = map(int, _kernel()(pixels)), len(pixels)
    return Statistics(
        count, total / count, (squares * count - total**2) / count, float(pixels.min()), float(pixels.max())
    )


@functools.cache
def _kernel():
    import numba  # takes half a second, for which a file that is known already should not wait

    @numba.njit(nogil=True)
    def sums(pixels):
        total, squares = numba.uint64(0), numba.uint64(0)
        for pixel in pixels:
            value = numba.uint64(pixel)
            total += value
            squares += value * value
        return total, squares

    return sums


def _bar(total):
    return console.bar(total, "Reading every pixel once", "B", unit_scale=True)


def _write(kept, found):
    temporary = kept.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(found))
    temporary.replace(kept)


def _read(kept):
    try:
        return {path: Statistics(*values) for path, values in json.loads(kept.read_text()).items()}
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return {}
