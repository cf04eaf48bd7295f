from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kgen import checks
from kgen.data.retina import appearance, fluid, layers
from kgen.data.retina.scan import Scan
from kgen.types import Array

WIDE, DEEP = 6000.0, 1000.0  # µm that a scan shows
# µm; the tilt has no unit
BASE, OFF, TILT, BEND = (640.0, 25.0), 200.0, 0.015, (45.0, 15.0)
CHOROIDS = 0.15  # deviation of the log thickness of a choroid


@dataclass(frozen=True)
class Retinas:
    """A population of B-scans of the macula, 6 mm wide and 1 mm deep, with and without fluid.

        I = (R exp(−2 ∫ μ dz) + noise) g,   g ~ Gamma(10, 1/10)

    Eleven layers lie between the vitreous and the choroid. Their thickness varies smoothly; at the
    fovea the inner ones end. R is the reflectivity of a layer; vessels cast shadows. Fluid is dark,
    has a bright border, and pushes the layers apart.

    Args:
        size: int from 32 to 256, pixels of each side. A pixel is 6 times as wide as it is deep.

    Raises:
        ValueError: if ``size`` is out of range.

    Example:
        >>> retinas = Retinas(size=64)
        >>> ill = retinas.subject(seed=7, kind="subretinal")
        >>> ill.image, ill.fluid, ill.measures["height_um"]
        >>> well = retinas.subject(seed=7)  # the same eye without the fluid

    Reference:
        Staurenghi et al., Proposed Lexicon for Anatomic Landmarks in Normal Posterior Segment
        Spectral-Domain Optical Coherence Tomography, 2014, doi:10.1016/j.ophtha.2014.02.023
    """

    size: int = 64

    def __post_init__(self) -> None:
        (size,) = checks.check_sizes(size=self.size)
        checks.check_number("size", size, 32, 256)

    @property
    def spacing(self) -> tuple[float, float]:
        """Depth and width of a pixel, µm."""
        return DEEP / self.size, WIDE / self.size

    def subject(self, seed: int | Sequence[int], kind: str | None = None) -> Scan:
        """The scan of the eye of a seed; with fluid of another kind it is the same eye.

        Args:
            seed: int or ints ≥ 0.
            kind: ``"intraretinal"``, ``"subretinal"``, or ``None`` for no fluid.

        Raises:
            ValueError: for another kind.
        """
        if kind is not None:
            checks.check_known("kind of fluid", kind, fluid.KINDS)
        shape, disease, light = np.random.default_rng(seed).spawn(3)
        places = self._places(shape)
        tissue, bottom, choroid = self._anatomy(places, shape)
        pockets = [] if kind is None else fluid.pockets(kind, disease)
        stack, is_fluid = fluid.pushed_apart(tissue, pockets, places)
        surfaces = layers.surfaces(stack, bottom)
        parts = self._parts(np.vstack([surfaces, bottom + choroid]))
        image = self._image(parts, is_fluid, surfaces[0], places, light)
        wet = parts[1:-2][is_fluid].sum(axis=0) >= 0.5
        own = surfaces[np.append(~is_fluid, True)]
        return Scan(image, wet, own, _measures(own, places, pockets))

    def _places(self, random):
        """The distance of each column from the fovea, µm."""
        middle = np.arange(self.size) - (self.size - 1) / 2
        return self.spacing[1] * middle - random.normal(0.0, OFF)

    def _anatomy(self, places, random):
        """Thicknesses of the layers, the depth of Bruch's membrane, thickness of the choroid."""
        x = places / (WIDE / 2)
        tilt, bend = random.normal(0.0, TILT), random.normal(*BEND)
        bottom = random.normal(*BASE) + tilt * places - bend * np.square(x)
        thick = layers.CHOROID.thickness * np.exp(CHOROIDS * random.normal())
        return layers.thickness(places, random), bottom, thick

    def _parts(self, surfaces):
        """The share of each pixel above, between and below surfaces, µm."""
        return appearance.shares(surfaces / self.spacing[0], np.arange(self.size))

    def _image(self, parts, is_fluid, top, places, random):
        """Grey levels of a retina that begins at the depth ``top``, µm."""
        depths = self.spacing[0] * np.arange(self.size)
        blood = appearance.vessels(top, places, depths, random)
        bright = appearance.reflectivity(parts, is_fluid, random)
        return appearance.seen(bright, blood, self.spacing[0], random)


def _measures(
    surfaces: Array, places: Array, pockets: list[fluid.Pocket]
) -> dict[str, float]:
    """What ``Scan.measures`` holds."""
    fovea = np.abs(places).argmin()
    largest = max(pockets, key=lambda pocket: pocket.area, default=fluid.NONE)
    return {
        "thickness_um": float(surfaces[-1, fovea] - surfaces[0, fovea]),
        "pockets": len(pockets),
        "width_um": largest.width,
        "height_um": largest.height,
    }
