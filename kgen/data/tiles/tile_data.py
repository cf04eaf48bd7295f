import copy
import hashlib
import json
from functools import cached_property
from typing import Self

import numpy as np

from kgen import checks
from kgen.checks import counted
from kgen.data.anomalies import ANOMALY
from kgen.data.options import NO_NAMES
from kgen.data.split import Split
from kgen.data.tiles import augmentation, locations
from kgen.data.tiles.faults import groups, paths
from kgen.data.tiles.source import TileSource
from kgen.data.tiles.split import TileSplit
from kgen.fields import Image
from kgen.names import present, without
from kgen.types import Names, Shape

VALIDATION_TILES, TEST_TILES = 1000, 3000


class TileData:
    """Tiles of an HDF5 file in three splits: no section is in two of them.

    One section in ten of the training groups is for validation, or one subject in ten if the source
    knows subjects. Nothing sees the test group before the test. Tiles have no classes; the facts
    ``group`` and ``subject`` tell whose they are. If images are left out, half of the test is of
    them, and the fact ``anomaly`` marks it.

    Args:
        name: str, as given to ``kgen.data.load``.
        source: ``TileSource``.
        tile_size: int, pixels.
        sampling: ``"location"`` or ``"image"``, see ``kgen.data.tiles.locations.Fields``.
        steps_per_epoch: int, batches per epoch; ``None`` for as many tiles as lie side by side in
            the sections.
        augment: names of augmentations of the training tiles.
        subset: int, the most sections of each training group, for a quick look; ``None`` for all.

    Raises:
        ValueError: if an argument is out of range or the training groups hold one section only.

    Example:
        >>> from kgen.data.tiles.source import TileSource
        >>> tiles = TileData("mine", TileSource("sections.h5"), tile_size=64)
        >>> model = kgen.VAE.from_fields(**tiles.fields, width=8)
        >>> model.compile()
        >>> batches, steps = tiles.train.batches(32), tiles.train.steps(32)
        >>> model.fit(batches, steps_per_epoch=steps, shuffle=False)  # batches are shuffled
    """

    classes = None
    class_names: list[str] = []
    factor_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    drawn = "none"
    spacing, anatomy = None, None

    def __init__(
        self, name: str, source: TileSource, tile_size: int = 64, sampling: str = "location",
        steps_per_epoch: int | None = None, augment: Names = (), subset: int | None = None,
    ):  # fmt: skip
        self.name, self.source, self.tile_size = name, source, tile_size
        self.sampling = sampling
        self.steps_per_epoch = steps_per_epoch
        self.augment = augment
        self.subset = subset
        augmentation.check(augment)
        counts = {
            "tile_size": tile_size,
            "steps_per_epoch": steps_per_epoch,
            "subset": subset,
        }
        checks.check_sizes(**present(counts))
        if sampling not in locations.SAMPLINGS:
            raise ValueError(
                f"sampling={sampling!r} is not known. Choose one of "
                f"{', '.join(locations.SAMPLINGS)}."
            )
        self.training, self.validating = _divided(
            source.path, _some(source.training, subset)
        )

    @cached_property
    def train(self) -> TileSplit:
        return self._split(
            self.source.reader(self.training),
            self.sampling,
            self.steps_per_epoch,
            self.augment,
        )

    @cached_property
    def validation(self) -> Split:
        return self._kept(self.validating, VALIDATION_TILES)

    @cached_property
    def test(self) -> Split:
        if not self.source.anomalous:
            return self._kept(self.source.test, TEST_TILES)
        normal = self._kept(self.source.test, TEST_TILES // 2)
        return _marked(normal, self._kept(self.source.anomalous, TEST_TILES // 2))

    @cached_property
    def fields(self) -> dict[str, Image]:
        """The field of a tile, x."""
        return {"x": self.source.field(self.tile_size)}

    @property
    def image_shape(self) -> Shape:
        """The shape of a tile."""
        return self.fields["x"].shape

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the file and of what is taken from it, however it is read."""
        anomalous = [self.source.anomalous] if self.source.anomalous else []
        parts = self.training, self.validating, self.source.test, *anomalous
        taken = list(map(paths, parts))
        told = [
            self.tile_size,
            self.sampling,
            self.steps_per_epoch,
            sorted(self.augment),
            taken,
        ]
        whole = f"{self.source.fingerprint} {json.dumps(told)}"
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def binarised(self, kind: str) -> Self:
        """This set; pixels of 0 and 1 are refused, because tissue is recognised by its shades."""
        if kind != "none":
            raise ValueError(
                f"binarisation={kind!r}: tiles of {self.name} are standardised, not drawn 0 or 1."
            )
        return self

    def on_validation(self) -> Self:
        """A copy whose test split is the validation split."""
        other = copy.copy(self)
        other.test = self.validation
        return other

    def __str__(self) -> str:
        source, tiles = self.source, counted(len(self.train), "tile")
        seen = f"{counted(len(self.training), 'image')}, {tiles} side by side"
        return (
            f"{self.name}: {seen}, from {self.train.reader}. A tile is (pixels − "
            f"{source.mean:.4f}) / {source.standard_deviation:.4f}; for validation: "
            f"{counted(len(self.validating), 'image')}, one in ten; for the test: "
            f"{source.test_group}{self._left_out()}."
        )

    def _left_out(self):
        """Which images training never sees because they are anomalies, in words."""
        count = len(self.source.anomalous)
        return (
            f" and, left out as anomalies, {counted(count, 'image')}" if count else ""
        )

    def _split(self, reader, *options):
        facts = {"group": groups(reader.sections)}
        if reader.sections[0].subject is not None:
            facts["subject"] = [section.subject for section in reader.sections]
        return TileSplit(reader, facts, self.fields["x"], *options)

    def _kept(self, sections, count):
        return self._split(self.source.few(sections)).subset(np.arange(count))


def read(
    argument: str, name: str, tile_size: int = 64, test_group: str | None = None,
    sampling: str = "location", memory: str = "2GB", steps_per_epoch: int | None = None,
    augment: list = NO_NAMES, subset: int | None = None, skip: list = NO_NAMES,
    skip_small: bool = False, subject: str | None = None, left_out: list = NO_NAMES,
) -> TileData:  # fmt: skip
    """Tiles from an HDF5 file of groups (brains) of grey images: GROUP/IMAGE.

    Args:
        tile_size: pixels per side of a tile.
        test_group: the group that training never sees; by default the last one.
        sampling: location, every place is equally likely, or image, every image is.
        memory: how much memory pixels may take, such as 512MB.
        steps_per_epoch: batches per epoch; by default as many tiles as lie side by side.
        augment: change training tiles at random: flip, turn, brightness, contrast.
        subset: the most images of each training group.
        skip: a GROUP or GROUP/IMAGE to leave out, or several.
        skip_small: leave out images that are smaller than a tile.
        subject: the attribute of images or groups that names the subject, or group; no subject is
            in two splits.
        left_out: a GROUP or GROUP/IMAGE that training never sees, or several; in the test they are
            the anomalies.
    """
    checks.check_sizes(tile_size=tile_size)
    source = TileSource(
        argument, test_group, tile_size, memory, skip, skip_small, subject, left_out
    )
    return TileData(name, source, tile_size, sampling, steps_per_epoch, augment, subset)


def _marked(normal, anomalous):
    """Both parts of a test together, with the fact of which tiles are anomalies."""
    x = np.concatenate([normal["x"], anomalous["x"]])
    facts = {}
    for name, values in normal.facts.items():
        facts[name] = np.concatenate([values, anomalous.facts[name]])
    facts[ANOMALY] = np.arange(len(x)) >= len(normal)
    return Split({"x": x}, normal.fields, facts)


def _some(sections, subset):
    found = {}
    for section in sections:
        found.setdefault(section.group, []).append(section)
    some = []
    for group in found.values():
        some += group[:subset]
    return some


def _divided(path, sections):
    """The sections to train on, and those of one in ten subjects, or images if none are known."""
    units = list(dict.fromkeys(map(_unit, sections)))
    if len(units) < 2:
        kind = "image" if sections[0].subject is None else "subject"
        raise ValueError(
            f"{path}: {units[0]} is the only {kind} to train on; another is needed for validation. "
            "Choose another test_group or a larger subset."
        )
    kept = units[4::10] or units[-1:]
    validating = [section for section in sections if _unit(section) in kept]
    return without(sections, validating), validating


def _unit(section):
    return section.path if section.subject is None else section.subject
