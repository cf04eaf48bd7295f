"""The latent space of any model that generates: paths, planes, units, concepts and maps."""

from kgen.latent.attributes import ATTRIBUTES, height, ink, slant, width
from kgen.latent.concept import Concept, outer_thirds
from kgen.latent.decoding import decoded
from kgen.latent.enrichment import Enrichment, enriched
from kgen.latent.features import FEWEST, Telling, decoder_weights, tails, telling
from kgen.latent.interpolate import interpolate
from kgen.latent.invert import invert
from kgen.latent.outliers import distances_from_class, outliers
from kgen.latent.paths import PATHS, arc, between, line, through
from kgen.latent.plane import quantile_grid
from kgen.latent.profiles import column_means, imputed, moved, shift_between
from kgen.latent.project import (
    PROJECTIONS,
    neighbour_agreement,
    neighbour_map,
    principal_components,
    stochastic_neighbours,
    trustworthiness,
)
from kgen.latent.units import most_active, traversals

__all__ = [
    "ATTRIBUTES",
    "FEWEST",
    "PATHS",
    "PROJECTIONS",
    "Concept",
    "Enrichment",
    "Telling",
    "arc",
    "between",
    "column_means",
    "decoded",
    "decoder_weights",
    "distances_from_class",
    "enriched",
    "height",
    "imputed",
    "ink",
    "interpolate",
    "invert",
    "line",
    "most_active",
    "moved",
    "neighbour_agreement",
    "neighbour_map",
    "outer_thirds",
    "outliers",
    "principal_components",
    "quantile_grid",
    "shift_between",
    "slant",
    "stochastic_neighbours",
    "tails",
    "telling",
    "through",
    "traversals",
    "trustworthiness",
    "width",
]
