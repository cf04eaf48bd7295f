"""Which exploration of a latent space fits a run."""

from kgen.experiments import latent_space, tile_space, vector_space, vessel_space
from kgen.experiments.latent_space import COUNT
from kgen.fields import Centreline, Vector
from kgen.runs.run import Run
from kgen.types import Location


def explored(
    run: Run,
    count: int = COUNT,
    clusters: int | None = None,
    sets: Location | None = None,
) -> latent_space.LatentSpace:
    """The exploration of a run's latent space.

    It is a ``TileSpace`` for tiles of large images, a ``VectorSpace`` for vectors with named
    numbers, a ``VesselSpace`` for centrelines, and a ``LatentSpace`` otherwise.
    """
    data = run.dataset()
    tiles, named = data.source is not None, _named(data)
    if clusters is not None and not tiles:
        raise ValueError(
            f"clusters={clusters} is of runs on hdf5:FILE; leave it out for {run.config.dataset}."
        )
    if sets is not None and not named:
        raise ValueError(
            f"gene_sets={str(sets)!r} is of runs on vectors with names, as csv:FILE has them; "
            f"leave it out for {run.config.dataset}."
        )
    if tiles:
        return tile_space.TileSpace(run, count, clusters)
    if named:
        return vector_space.VectorSpace(run, count, sets)
    vessels = isinstance(data.fields.get("x"), Centreline)
    return (vessel_space.VesselSpace if vessels else latent_space.LatentSpace)(
        run, count
    )


def _named(data):
    """Whether the values are vectors whose numbers have names."""
    field = data.fields.get("x")
    return isinstance(field, Vector) and field.names is not None
