import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kgen import checks
from kgen.data.phantoms import (
    anatomy,
    appearance,
    deformation,
    measures,
    misalignment,
    truth,
)
from kgen.data.phantoms.brain import Brain
from kgen.data.phantoms.grid import Grid
from kgen.data.phantoms.template import maps_on
from kgen.data.phantoms.tumour import with_tumour
from kgen.types import Array

FIELD_OF_VIEW = 216.0  # mm
COARSE = 5.0  # mm: deformations are integrated on points no further apart
MOST_OFF = 20.0  # mm
FINE = 1.2  # mm: a slice is drawn on points no further apart, then averaged


@dataclass(frozen=True)
class Brains:
    """A population of brains whose disease has a known size.

        z = (ventricle, cortex, hippocampus) ~ N(trend of age + D e y, I)

    In millimetres, z moves the wall of the ventricles, thins the cortex and contracts the
    hippocampi of the MNI152 template, which is also deformed smoothly at random.

    Args:
        size: int from 32 to 256, pixels of each side of 216 mm.
        volumes: bool, whole brains instead of axial slices.
        effect: float ≥ 0, D: given z and the age, classification reaches the accuracy Φ(D/2).
        height: float, z of a slice in MNI152, mm.
        calm: bool, anatomy that varies little and is aligned; otherwise it varies twice as much,
            and heads are tilted and of any size.
        tumours: bool, one tumour in each brain.
        misaligned: float from 0 to 20, the most millimetres by which a CT is off its MR.

    Raises:
        ValueError: if a number is out of range.

    Example:
        >>> brains = Brains(size=96)
        >>> patient = brains.subject(seed=7, label=1)
        >>> healthy = brains.subject(seed=7, label=0)  # the same person without the disease
        >>> wide, narrow = (one.measures["ventricle_area_mm2"] for one in (patient, healthy))
        >>> patient.image.shape, patient.tissue.shape, wide > narrow
        ((96, 96), (96, 96), True)

    Reference:
        Fonov et al., Unbiased average age-appropriate atlases for pediatric studies, 2011,
        doi:10.1016/j.neuroimage.2010.07.033, for the template
    """

    size: int = 96
    volumes: bool = False
    effect: float = 2.5
    height: float = 12.0
    calm: bool = True
    tumours: bool = False
    misaligned: float = 0.0

    def __post_init__(self):
        checks.check_number("size", *checks.check_sizes(size=self.size), 32, 256)
        checks.check_number("effect", self.effect, 0.0, 10.0)
        checks.check_number("height", self.height, -40.0, 70.0)
        checks.check_number("misaligned", self.misaligned, 0.0, MOST_OFF)

    @property
    def spacing(self) -> float:
        """Millimetres per pixel."""
        return FIELD_OF_VIEW / self.size

    @property
    def factor(self) -> int:
        """Points along each axis that are averaged into one pixel."""
        return 1 if self.volumes else math.ceil(self.spacing / FINE)

    @cached_property
    def grid(self) -> Grid:
        """The points on which a brain is drawn."""
        sides = (self.size * self.factor,) * (3 if self.volumes else 2)
        return Grid(sides, self.spacing / self.factor, self.height)

    @cached_property
    def pixels(self) -> Grid:
        """The points of the picture."""
        return Grid((self.size,) * self.grid.rank, self.spacing, self.height)

    def subject(self, seed: int | Sequence[int], label: int | None = None) -> Brain:
        """The brain of a seed; with another label it is the same person, except for the disease."""
        who, maps, displacement = self.drawn(seed, label)
        *_, folds, look, lying = self._streams(seed)
        tissue = anatomy.shares(maps)
        if self.tumours:
            maps, tissue = with_tumour(maps, tissue, self.grid, displacement, folds)
        found = measures.measured(maps, tissue, self.grid, displacement)
        move = misalignment.drawn(lying, self.misaligned, self.grid.rank)
        image, ct = self._pictures(maps, tissue, look, move)
        return Brain(image, self._labels(tissue), ct, *who, found, move)

    def drawn(
        self, seed: int | Sequence[int], label: int | None = None
    ) -> tuple[tuple[int, float, str, Array], dict[str, Array], Array]:
        """A seed's person (label, age, sex, latents), maps, and displacement to the template."""
        chance, person, shape, folds, *_ = self._streams(seed)
        label = int(chance.integers(2)) if label is None else label
        age, sex, z = truth.latents(
            person, self.effect, label, visible=not self.volumes
        )
        return (label, age, sex, z), *self._anatomy(z, shape, folds)

    @staticmethod
    def _streams(seed):
        # One stream per part, so that the disease in one part leaves the others unchanged.
        return np.random.default_rng(seed).spawn(6)

    def _anatomy(self, z, shape, folds):
        """The subject's maps, and the displacement from them to the template."""
        wall, thinning, shrinkage = truth.millimetres(z)
        coarse = self.grid.coarser(2 if self.grid.spacing < COARSE / 2 else 1)
        velocity = deformation.anatomy(coarse, 0.5 if self.calm else 1.0, shape)
        velocity += deformation.disease(coarse, maps_on(coarse), wall, shrinkage)
        displacement = deformation.refined(
            deformation.integrated(coarse, velocity), coarse, self.grid
        )
        if not self.calm:
            displacement = displacement + deformation.affine(self.grid, shape)
        maps = anatomy.warped(maps_on(self.grid), self.grid, displacement)
        return anatomy.thinned(
            maps, self.grid, thinning, 0.8 if self.calm else 1.0, folds
        ), displacement

    def _pictures(self, maps, tissue, random, move):
        grid = self.grid
        around = appearance.skull(maps, self.grid, random)
        t1 = appearance.weighted_t1(maps, tissue, around, grid, random)
        t1 = appearance.biased(t1, grid, 0.06 if self.calm else 0.12, random)
        t1 = appearance.rician(
            appearance.coarsened(t1, self.factor), 0.02 if self.calm else 0.03, random
        )
        ct = appearance.hounsfield(tissue, around, grid, random)
        if self.misaligned:
            ct = misalignment.moved(ct, move, grid, appearance.AIR)
        return t1.astype("float32"), appearance.coarsened(ct, self.factor).astype(
            "float32"
        )

    def _labels(self, tissue):
        coarse = np.stack([appearance.coarsened(part, self.factor) for part in tissue])
        outside = np.clip(1.0 - coarse.sum(axis=0, keepdims=True), 0.0, 1.0)
        return np.concatenate([outside, coarse]).argmax(axis=0).astype("uint8")
