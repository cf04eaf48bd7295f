"""Mean, standard deviation and range of every image, in one pass and in bounded memory."""

import functools
import json
import math
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from kgen import console
from kgen.data.cache import cache_folder, unwritable
from kgen.data.pieces import pieces_of
from kgen.data.tiles import pixels
from kgen.data.tiles.faults import Fault, check_none, paths
from kgen.data.tiles.layout import Section, byte_counts
from kgen.data.tiles.opening import cache_key, check_unchanged, explained, opened, stamp
from kgen.names import mapped, of_kind, picked
from kgen.types import Array, Location

STRIP, PIECE = 2**22, 2**18
# with room in float32 for some standard deviations more
LARGEST, LEAST_DEVIATION = 1e36, 1e-36
BEYOND = (
    f"networks compute in float32, which holds up to {LARGEST:g} with some room; "
    "divide all pixels"
)


class Statistics(NamedTuple):
    """Moments of pixels; ``squares`` is the sum of squared distances from the mean."""

    count: int  # type: ignore[assignment]
    mean: float
    squares: float
    minimum: float
    maximum: float

    @property
    def standard_deviation(self) -> float:
        return math.sqrt(self.squares / self.count)

    def __add__(self, other: "Statistics") -> "Statistics":
        """The statistics of both sets of pixels together.

        Reference:
            Chan, Golub & LeVeque, Updating Formulae and a Pairwise Algorithm for Computing Sample
            Variances, 1979
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


def merged(parts: Iterable[Statistics]) -> Statistics:
    """The statistics of all parts together."""
    first, *others = parts
    for other in others:
        first = first + other
    return first


def statistics_of(
    path: Location, sections: Sequence[Section], cache: Location | None = None
) -> dict[str, Statistics]:
    """The statistics of each section, {path: Statistics}, measured once and kept in the cache."""
    kept = cache_folder("statistics", cache) / f"{cache_key(path)}.json"
    found = _read(kept)
    missing = [section for section in sections if section.path not in found]
    if missing:
        before = stamp(path)
        measured, faults = measure(path, missing)
        check_unchanged(path, before)
        found |= measured
        _write(kept, found)
        check_none(path, faults, paths(sections), "Mend the file")
    return picked(found, paths(sections))


def measure(
    path: Location, sections: Sequence[Section]
) -> tuple[dict[str, Statistics], list[Fault]]:
    """The statistics of each section, {path: Statistics}, read strip by strip, and the faults."""
    total = sum(byte_counts(sections))
    # One thread reads what the other has to wait for.
    with opened(path) as file, ThreadPoolExecutor(2) as pool, _bar(total) as progress:
        found = [_measured(path, file, section, pool, progress) for section in sections]
    sound, faults = {}, []
    for name, value in zip(paths(sections), found, strict=True):
        if isinstance(value, Fault):
            faults.append(value)
        else:
            sound[name] = value
    return sound, faults


def moments(stored: Array) -> Statistics:
    """The statistics of an array of pixels."""
    stored = stored.reshape(-1)
    if stored.dtype == "uint8":
        return _of_bytes(stored)
    pieces = pieces_of(len(stored), PIECE)
    return merged([_of_piece(stored[piece]) for piece in pieces])


def strips(section: Section, size: int = STRIP) -> list[slice]:
    """Ranges of rows of about ``size`` bytes that cut no chunk in two."""
    at_once = section.chunks[0] if section.chunks else 1
    rows = max(1, size // (section.bytes // section.shape[0]) // at_once) * at_once
    return pieces_of(section.shape[0], rows)


def _measured(path, file, section, pool, progress):
    # The statistics of the section, or its fault.
    dataset = file[section.path]

    def of_strip(rows):
        with explained(f"{path}: {section.path}, rows {rows.start} to {rows.stop},"):
            stored = pixels.read(dataset, section.dtype, rows)
        progress.update(stored.nbytes)
        return _fault(section.path, rows.start, stored) or moments(stored)

    found = list(pool.map(of_strip, strips(section)))
    faults = of_kind(found, Fault)
    return faults[0] if faults else _not_constant(section.path, merged(found))


def _fault(name, first, stored):
    """What makes floating-point pixels of some rows useless."""
    if stored.dtype.kind != "f":
        return None
    if not np.isfinite(stored).all():
        row, column = np.argwhere(~np.isfinite(stored))[0]
        return Fault(name, f"at row {first + row}, column {column}", "NaN or infinity")
    extreme = max(float(stored.max()), -float(stored.min()))
    if extreme > LARGEST:
        return Fault(name, f"with pixels of {extreme:g}", BEYOND)
    return None


def _not_constant(name, found):
    if found.minimum < found.maximum:
        return found
    return Fault(
        name, f"of the one shade {found.minimum:g}", "nothing can be learnt from it"
    )


def _of_piece(stored):
    numbers = stored.astype("float64")
    mean = numbers.mean()
    squares = np.square(numbers - mean).sum()
    return Statistics(
        len(stored),
        float(mean),
        float(squares),
        float(stored.min()),
        float(stored.max()),
    )


def _of_bytes(stored):
    # Whole numbers are summed without an error, at the rate of memory.
    total, squares = map(int, _kernel()(stored))
    count = len(stored)
    squares = (squares * count - total**2) / count
    return Statistics(
        count, total / count, squares, float(stored.min()), float(stored.max())
    )


@functools.cache
def _kernel():
    import numba  # takes half a second, which files with cached statistics need not wait for

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
    try:
        temporary.write_text(json.dumps(found))
        temporary.replace(kept)
    except OSError as error:
        raise unwritable(kept, error) from error


def _read(kept):
    try:
        return mapped(Statistics._make, json.loads(kept.read_text()))
    except (FileNotFoundError, AttributeError, TypeError, ValueError, RecursionError):
        return {}  # none yet, or damaged
