"""Which exploration of a latent space fits a run."""

from kgen.experiments import latent_space, tile_space
from kgen.experiments.latent_space import COUNT


def explored(run, count=COUNT, clusters=None):
    """The ``LatentSpace`` of a run, or the ``TileSpace`` of one on tiles of large images."""
    if run.dataset().source is not None:
        return tile_space.TileSpace(run, count, clusters)
    if clusters is not None:
        raise ValueError(f"clusters={clusters} is of runs on hdf5:FILE; leave it out for {run.config.dataset}.")
    return latent_space.LatentSpace(run, count)
