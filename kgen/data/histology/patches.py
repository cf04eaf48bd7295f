from dataclasses import dataclass

import numpy as np

from kgen import checks
from kgen.data.histology import nuclei
from kgen.data.histology.patch import CENTRE, SIDE, Patch
from kgen.data.smooth import smooth_noise
from kgen.layers.random_stain import STAINS
from kgen.types import Array

SHAPE = SIDE, SIDE
LIGHT = 245.0  # of the empty slide, of 255
MOST = 2.0
RIM = 0.5  # share of patches whose rim is that of a tumour, whatever the centre
SHADE = 0.14  # deviation of the log strength of a stain within a slide
LUMINA = 0.35  # share of patches with empty spaces
OFF = np.square((np.arange(SIDE) - SIDE / 2) / 20)
AWAY = 3.0 * np.exp(-np.add.outer(OFF, OFF))  # keeps empty spaces out of the centre


@dataclass(frozen=True)
class Patches:
    """Patches of lymph nodes stained with hematoxylin and eosin, drawn from a known truth.

        RGB = 245 exp(−(h v_h + e v_e)),   v_h, v_e the optical densities of both stains

    Tumours have more, larger, paler and more irregular nuclei. As in PatchCamelyon, the label is
    that of the centre of 32×32 pixels; the rim around it is drawn from either class. The strength
    and the colour of the stains differ between slides.

    Args:
        effect: float in [0, 2], how different the nuclei of tumours are; 0 for not at all.
        seed: int ≥ 0; the same seed draws the same patches.

    Raises:
        ValueError: if ``effect`` is out of range.

    Example:
        >>> patch = Patches(effect=0.7).patch(slide=3, number=0, centre=True)
        >>> patch.image.shape, patch.label
        ((96, 96, 3), 1)
        >>> count, area = patch.measures  # nuclei in the centre, their mean area in pixels

    Reference:
        Veeling et al., Rotation Equivariant CNNs for Digital Pathology, 2018, arXiv:1806.03962
    """

    effect: float = 0.7
    seed: int = 0

    def __post_init__(self) -> None:
        checks.check_number("effect", self.effect, 0, MOST)

    def patch(
        self, slide: int, number: int, centre: bool, rim: bool | None = None
    ) -> Patch:
        """A patch of a slide; a tumour in its centre, its rim, both or neither.

        Args:
            slide: int ≥ 0, which slide; it decides the strength and the colour of the stains.
            number: int ≥ 0, which patch of the slide.
            centre: bool, whether the centre is that of a tumour.
            rim: bool, whether the rim is; by default one or the other, at random.
        """
        random = np.random.default_rng([self.seed, slide, number])
        either = random.random() < RIM
        tumour = np.full((SIDE, SIDE), either if rim is None else rim)
        tumour[CENTRE, CENTRE] = centre
        eosin, tissue = _ground(random)
        found = nuclei.placed(tissue, tumour, self.effect, random)
        dye, areas = nuclei.drawn(found, SIDE, self.effect, random)
        measured = np.column_stack([found[:, :2], areas, found[:, 3]])
        return Patch(self._lit(slide, dye, eosin, random), tumour, measured)

    def _lit(
        self, slide: int, dye: Array, eosin: Array, random: np.random.Generator
    ) -> Array:
        """The colours of a patch whose two stains have these amounts."""
        strengths, vectors = self._stains(slide)
        strengths = strengths * np.exp(random.normal(0.0, SHADE, 2))
        amounts = np.stack([dye, eosin * (1 - 0.6 * np.clip(dye, 0, 1))], axis=-1)
        light = LIGHT * np.exp(-(strengths * amounts) @ vectors)
        noisy = light + random.normal(0.0, 2.0, light.shape)
        return np.clip(np.rint(noisy), 0, 255).astype("uint8")

    def _stains(self, slide: int) -> tuple[Array, Array]:
        """The strength of both stains on a slide (2,), and their optical densities (2, 3)."""
        random = np.random.default_rng([self.seed, slide])
        strengths = np.exp(random.normal(0.0, (0.15, 0.22)))
        vectors = np.maximum(STAINS[:2] + random.normal(0.0, 0.03, (2, 3)), 0.02)
        return strengths, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _ground(random: np.random.Generator) -> tuple[Array, Array]:
    """The amount of eosin of the ground, and where there is tissue, each (96, 96)."""
    coarse, fine, folds = (smooth_noise(SHAPE, width, random) for width in (9, 3, 6))
    fibres = np.exp(-np.square(folds / 0.4)) * np.clip(0.6 + fine / 2, 0.0, 1.0)
    eosin = np.clip(0.42 + 0.13 * coarse + 0.07 * fine + 0.25 * fibres, 0.05, None)
    if random.random() > LUMINA:
        return eosin, np.ones((SIDE, SIDE))
    spaces = smooth_noise(SHAPE, 10, random) - AWAY
    tissue = np.clip((random.uniform(0.7, 1.6) - spaces) / 0.15, 0.0, 1.0)
    return eosin * tissue, tissue
