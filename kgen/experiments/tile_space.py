"""The latent space of a run on tiles, in pictures and numbers."""

import itertools
from typing import Any, cast

import numpy as np
from PIL import Image
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score

from kgen import checks, latent, plots
from kgen.data.split import Split
from kgen.data.tiles import grid, islands
from kgen.data.tiles.tile_data import TileData
from kgen.experiments.contents import LATENT
from kgen.experiments.latent_space import COUNT, SHOWN, LatentSpace
from kgen.metrics.checks import Unmeasurable
from kgen.metrics.probes import probe_accuracy
from kgen.runs.run import Run

TRAINING_TILES, COMPONENTS, ROWS = 8000, 128, 4
SECTION = (
    4e6  # pixels: a section of about this size is worth looking at and takes a minute
)
MOST_DRAWN = 2000  # pixels per side
CLUSTERS = 4  # if no types of islands are known


class TileSpace(LatentSpace):
    """The meaning of a model's latents of tiles, shown on the brain that training never saw.

    The standardisation is that of the training and is part of the model.

    Args:
        run: ``kgen.runs.run.Run`` of a model on ``hdf5:FILE``.
        count: int, how many tiles of the test group are encoded.
        clusters: int, clusters of the latents; by default as many as there are types of islands,
            or 4 if the types are unknown.

    Raises:
        ValueError: if the model does not generate, or there are more clusters than tiles.

    Example:
        >>> from kgen.runs.run import Run
        >>> space = TileSpace(Run.open("runs/tiles"), count=200)
        >>> space.lines()  # one of the pictures; space.write() draws all
    """

    def __init__(self, run: Run, count: int = COUNT, clusters: int | None = None):
        super().__init__(run, count)
        checks.check_number("clusters", clusters, 2, count, optional=True)
        data = cast(TileData, self.data)
        self.source, self.size, self.training = (
            data.source,
            data.tile_size,
            data.training,
        )
        self.tiles, self.where = self.source.sample(self.source.test, count, self.size)
        self.test = Split({"x": self.tiles}, self.data.fields)
        self.types = islands.types_of(
            self.source.path, self.source.test, self.where, self.size
        )
        self.clusters = clusters or (
            CLUSTERS if self.types is None else len(islands.TYPES)
        )

    def lines(self) -> None:
        """Straight lines between the latents of two tiles, of one section and of two sections."""
        panels, names = [], ("same section", "another section")
        for name, pairs in zip(names, _pairs(self.where.sections), strict=True):
            if len(pairs):
                title = f"from one tile to another, {name}"
                panels.append(plots.Cells(self._lines(pairs), self.field, title))
        self._save(plots.stacked(panels), "interpolation")

    def places(self) -> dict[str, str]:
        """The latents in two dimensions, by section, by place and by type."""
        for name in ("pca", "umap"):
            self._by_place(self.plane(name), name)
        return {"group": self.source.test_group}

    def section(self) -> dict[str, Any]:
        """A whole section of the test group: cut into tiles, reconstructed and assembled."""
        section = min(
            self.source.test, key=lambda section: abs(np.prod(section.shape) - SECTION)
        )
        image = self.source.pixels(section)
        again = grid.through(self._restored, image, self.size, self.size // 2)
        small = (slice(None, None, -(-max(image.shape) // MOST_DRAWN)),) * 2
        shown, restored = _shades(self.source, image), _shades(self.source, again)
        figure = plots.restored(shown[small], restored[small], section.path)
        self._save(figure, "section")
        with self.run.writing(f"{LATENT}/section_reconstructed.png") as temporary:
            Image.fromarray((255.0 * restored).astype("uint8")).save(temporary)
        error = (image.astype("float64") - again) / self.source.standard_deviation
        return {"section": section.path, "section_mse": float(np.mean(error**2))}

    def divided(self) -> dict[str, float]:
        """Clusters of the latents, tiles of each, and the agreement with the types of islands."""
        found = KMeans(self.clusters, n_init=10, random_state=0).fit_predict(
            self.latents
        )
        rows, names = [], []
        for cluster in range(self.clusters):
            rows.append(self.tiles[np.resize(np.flatnonzero(found == cluster), SHOWN)])
            names.append(f"cluster {cluster}")
        title = "tiles of each cluster"
        self._save(
            plots.grid(np.stack(rows), title, rows=names, field=self.field), "clusters"
        )
        if self.types is None:
            return {"clusters": self.clusters}
        pure = self.types != islands.MIXED
        return {
            "clusters": self.clusters,
            "adjusted_rand_index": adjusted_rand_score(self.types[pure], found[pure]),
        }

    def against_pixels(self) -> dict[str, float]:
        """How well latents reconstruct tiles and reveal the type of an island.

        The reference is 128 principal components of the pixels.
        """
        tiles, where = self.source.sample(self.training, TRAINING_TILES, self.size)
        again = self.model.reconstruct(self.tiles)
        flat, test, again = map(self._flat, (tiles, self.tiles, again))
        pca = PCA(
            min(COMPONENTS, *flat.shape), svd_solver="randomized", random_state=0
        ).fit(flat)
        numbers = {
            "reconstruction_mse": _squared(again - test),
            "reconstruction_mse_pca": _squared(
                pca.inverse_transform(pca.transform(test)) - test
            ),
        }
        types = islands.types_of(self.source.path, self.training, where, self.size)
        latents = {
            "probe": (self.model.latents(tiles), self.latents),
            "probe_pca": (pca.transform(flat), pca.transform(test)),
        }
        for name, (seen, new) in latents.items():
            accuracy = self._probed(seen, types, new)
            if accuracy is not None:
                numbers[name] = accuracy
        return numbers

    def _flat(self, tiles):
        return self.field.scaled(tiles).reshape(len(tiles), -1)

    def _probed(self, seen, types, new):
        # Test accuracy of a linear classifier of island types, on tiles whose type is known.
        if types is None or self.types is None:
            return None
        known, pure = types != islands.MIXED, self.types != islands.MIXED
        try:
            return probe_accuracy(
                "linear", (seen[known], types[known]), (new[pure], self.types[pure])
            )
        except Unmeasurable:
            return None

    def _place(self, position):
        section = self.source.test[self.where.sections[position]]
        return (
            f"{section.path}, row {self.where.rows[position]}, "
            f"column {self.where.columns[position]}"
        )

    def _restored(self, tiles):
        return self.model.reconstruct(tiles[..., None])[..., 0]

    def _lines(self, pairs):
        first, second = self.tiles[pairs].swapaxes(0, 1)
        return latent.interpolate(self.model, first, second)

    def _by_place(self, points, name):
        names = np.array([section.path for section in self.source.test])
        panels = {
            f"{name}: by image": names[self.where.sections],
            "by place in its image": plots.colours_of_places(
                self.where.rows, self.where.columns
            ),
        }
        if self.types is not None:
            panels["by type of island"] = np.array([*islands.TYPES, "across a border"])[
                self.types
            ]
        self._save(plots.map_by(points, panels), f"places_{name}")

    def _parts(self):
        own = (self.lines, self.places, self.section, self.divided, self.against_pixels)
        return itertools.chain(super()._parts(), own if self.encodes else ())


def _pairs(sections):
    # Pairs of tiles of one section, and of two sections.
    order = np.arange(len(sections) - 1)
    alike = sections[order] == sections[order + 1]
    return [
        np.stack([order[kind], order[kind] + 1], axis=1)[:ROWS]
        for kind in (alike, ~alike)
    ]


def _shades(source, pixels):
    """Pixels scaled from 0, the minimum of the training groups, to 1, their maximum."""
    low, high = source.value_range
    return np.clip((pixels.astype("float64") - low) / (high - low), 0.0, 1.0).astype(
        "float32"
    )


def _squared(errors):
    return float(np.mean(errors**2))
