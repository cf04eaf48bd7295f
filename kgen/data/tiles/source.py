import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from kgen.data.tiles import (
    bounds,
    copies,
    layout,
    locations,
    opening,
    pixels,
    statistics,
    storage,
    subjects,
)
from kgen.data.tiles.faults import Fault, check_none, groups, paths
from kgen.data.tiles.layout import Section
from kgen.data.tiles.locations import Locations
from kgen.data.tiles.reader import Reader
from kgen.fields import Image
from kgen.names import without
from kgen.types import Array, Location, Names


class TileSource:
    """Standardised tiles from an HDF5 file of groups (brains) of grey images.

        scaled tile = (pixels − mean) / standard deviation

    Mean and standard deviation are those of all pixels of the training groups.

    Args:
        path: str or path of the file, GROUP/IMAGE, each image (height, width) of whole or
            floating-point numbers.
        test_group: str, the group that training never sees, not even for its statistics; ``None``
            for the last one.
        tile_size: int, pixels; images that are smaller in height or width are refused.
        memory: str or int, bytes that pixels may take, such as ``"2GB"``; decides how tiles are
            read.
        skip: names of groups and of GROUP/IMAGE that are left out.
        skip_small: bool, leaves out images that are smaller than a tile instead of refusing them.
        subject: str, the attribute of images or of their groups that names the subject, or
            ``"group"``; no subject may be both in the training and in the test.
        left_out: names of groups and of GROUP/IMAGE that training never sees; in the test they are
            anomalies. The test group has others.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file cannot be read, has another structure, or holds images that cannot
            be used.

    Example:
        >>> source = TileSource("sections.h5", test_group="B20")
        >>> source["B01", "0000", 120, 80, 64].shape
        (64, 64, 1)
    """

    def __init__(
        self,
        path: Location,
        test_group: str | None = None,
        tile_size: int = 64,
        memory: str | int = "2GB",
        skip: Names = (),
        skip_small: bool = False,
        subject: str | None = None,
        left_out: Names = (),
    ):
        opening.check_file(path)
        self.path = path
        self.budget = storage.memory_bytes(memory)
        self._stamp = opening.stamp(path)
        self.sections = _large_enough(
            path, layout.sections_of(path, skip, subject), tile_size, skip_small
        )
        _check_alike(path, self.sections)
        bounds.check_within(path, self.sections, self.budget)
        self.anomalous, normal = _divided(path, self.sections, left_out)
        self.groups = sorted(set(groups(normal)))
        self.test_group = _chosen(path, self.groups, test_group, left_out)
        self.test = [section for section in normal if section.group == self.test_group]
        self.training = without(normal, self.test)
        subjects.check_apart(path, self.training, self.tested)
        self.statistics = statistics.statistics_of(path, self.sections)
        copies.check_no_copies(path, self.sections, self.statistics)
        standard = self.merged(self.training)
        self.mean, self.standard_deviation = standard.mean, standard.standard_deviation
        _check_spread(path, self.standard_deviation)

    def __getitem__(self, place: tuple[str, str | int, int, int, int]) -> Array:
        brain, image, row, column, tile_size = place
        section = self.section(brain, image)
        rows, columns = section.corners(tile_size)
        if not (0 <= row < rows and 0 <= column < columns):
            raise IndexError(
                f"A tile of {tile_size} pixels at row {row}, column {column} leaves {section.path} "
                f"of {section.shape[0]} by {section.shape[1]} pixels."
            )
        tile = self.pixels(
            section, slice(row, row + tile_size), slice(column, column + tile_size)
        )
        return self.field(tile_size).scaled(tile)[0]

    @property
    def tested(self) -> list[Section]:
        """The sections that training never sees: those of the test group, and anomalies."""
        return [*self.test, *self.anomalous]

    def section(self, brain: str, image: str | int) -> Section:
        """The section of these names."""
        for section in self.sections:
            if (section.group, section.name) == (brain, str(image)):
                return section
        raise KeyError(
            f"{self.path} has no image {brain}/{image} that is used; see kgen data inspect "
            f"{self.path}."
        )

    def pixels(
        self, section: Section, rows: slice = slice(None), columns: slice = slice(None)
    ) -> Array:
        """Pixels of a section as they are stored, (height, width)."""
        opening.check_unchanged(self.path, self._stamp)
        with (
            opening.opened(self.path) as file,
            opening.explained(f"{self.path}: {section.path}"),
        ):
            return pixels.read(file[section.path], section.dtype, rows, columns)

    def merged(self, sections: Sequence[Section]) -> statistics.Statistics:
        """The statistics of all pixels of these sections."""
        return statistics.merged(self._measured(sections))

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the statistics of every section; nearly any change of a pixel changes them."""
        told = json.dumps(self._measured(self.sections))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def _measured(self, sections):
        return [self.statistics[section.path] for section in sections]

    @cached_property
    def value_range(self) -> tuple[float, float]:
        """The least and greatest value of stored pixels: 0 and 255 for bytes, else in training."""
        if self.sections[0].dtype == "uint8":
            return 0.0, 255.0
        training = self.merged(self.training)
        return training.minimum, training.maximum

    def field(self, tile_size: int) -> Image:
        """The field of a tile, standardised by the training groups."""
        low, high = self.value_range
        return Image(
            (tile_size, tile_size, 1), low, high, mean=self.mean, deviation=self.standard_deviation,
            dtype=self.sections[0].dtype.name, learned=True,
        )  # fmt: skip

    def reader(self, sections: Sequence[Section]) -> Reader:
        """The reader of tiles of these sections within the budget."""
        return self._as_opened(storage.choose(self.path, sections, self.budget))

    def few(self, sections: Sequence[Section]) -> Reader:
        """The reader of some tiles of these sections that are needed once; it reads only these."""
        return self._as_opened(storage.one_by_one(self.path, sections))

    def sample(
        self, sections: Sequence[Section], count: int, tile_size: int, seed: int = 0
    ) -> tuple[Array, Locations]:
        """Stored tiles (count, size, size, 1) at equally likely places, and their locations."""
        where = locations.whole(sections, tile_size).at(
            locations.numbers(seed, 0, 0, count)
        )
        return self.few(sections).tiles(where, tile_size)[..., None], where

    def _as_opened(self, reader):
        # Sections are known by their places in the file as it was when they were found.
        reader.stamp = self._stamp
        reader.check_unchanged()
        return reader


def _check_alike(path, sections):
    types = Counter(section.dtype for section in sections)
    common, count = types.most_common(1)[0]
    most = f"while {count} images hold {common}"
    faults = []
    for section in sections:
        if section.dtype != common:
            faults.append(Fault(section.path, "", f"pixels of {section.dtype}, {most}"))
    check_none(
        path, faults, paths(sections), "Store all images with one type of pixels"
    )


def _check_spread(path, deviation):
    least, most = statistics.LEAST_DEVIATION, statistics.LARGEST
    if not least <= deviation <= most:
        raise ValueError(
            f"{path}: the standard deviation of all training pixels is {deviation:g}, not in "
            f"{least:g} to {most:g}: networks compute in float32. Multiply all pixels by one "
            "number."
        )


def _large_enough(path, sections, tile_size, skip_small):
    small = [section for section in sections if min(section.corners(tile_size)) < 1]
    if small and not skip_small:
        named = ", ".join(map(_with_size, small[:5]))
        more = f" and {len(small) - 5} more" if len(small) > 5 else ""
        raise ValueError(
            f"{path}: {named}{more} are smaller than a tile of {tile_size} pixels. Leave them out "
            "with skip_small=true, or choose a smaller tile_size."
        )
    left = without(sections, small)
    if not left:
        raise ValueError(
            f"{path} holds no image of at least {tile_size}×{tile_size} pixels that is used."
        )
    return left


def _divided(path, sections, left_out):
    """The sections that are left out, and the others."""
    _check_known(path, sections, left_out)
    found = [section for section in sections if _is_of(section, left_out)]
    others = without(sections, found)
    if not others:
        told = ",".join(left_out)
        raise ValueError(
            f"left_out={told}: no normal image of {path} is left to train on."
        )
    return found, others


def _is_of(section, names):
    return section.group in names or section.path in names


def _check_known(path, sections, left_out):
    for name in left_out:
        if not any(_is_of(section, [name]) for section in sections):
            known = ", ".join(sorted(set(groups(sections))))
            raise ValueError(
                f"left_out={name!r} is no group and no GROUP/IMAGE that is used of {path}; it has "
                f"{known}."
            )


def _with_size(section):
    height, width = section.shape[:2]
    return f"{section.path} ({height}×{width})"


def _chosen(path, groups, test_group, left_out):
    besides = " besides what is left out" if left_out else ""
    if test_group is not None and test_group not in groups:
        raise ValueError(
            f"test_group={test_group!r} is no group of {path}{besides}; it has {', '.join(groups)}."
        )
    if len(groups) < 2:
        raise ValueError(
            f"{path} has the one group {groups[0]!r}{besides}; two are needed, as one is kept for "
            "the test. Put some images into another group."
        )
    return test_group or groups[-1]
