"""The latent space of a run on centrelines of vessels."""

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

from kgen import latent, plots
from kgen.checks import few
from kgen.experiments.contents import LATENT
from kgen.experiments.latent_space import FRAMES, STEPS, STRENGTHS, LatentSpace
from kgen.metrics import r_squared, ridge_estimates
from kgen.metrics.vessels import ATTRIBUTES, roughness, self_intersections, tortuosity
from kgen.metrics.vessels import length as vessel_length
from kgen.names import formatted
from kgen.types import Array

DRAWN, MOVED = 2000, 200  # latents from which attributes are told, and that are moved
ENDS = 0.05, 0.95  # quantiles of the vessels between which walks lead
WALKED = {"length": vessel_length, "tortuosity": tortuosity}


class Drawn(NamedTuple):
    """Latents from the prior, the labels that they are decoded with, and their vessels in mm."""

    latents: Array
    labels: Array | None
    vessels: Array


class VesselSpace(LatentSpace):
    """The meaning of a model's latents of vessels: walks between two, and attributes.

    Args:
        run: ``kgen.runs.run.Run`` of a model that generates centrelines.
        count: int, test values that are encoded, drawn at random.

    Raises:
        ValueError: if the model does not generate.

    Example:
        >>> from kgen.runs.run import Run
        >>> space = VesselSpace(Run.open("runs/coronaries"))
        >>> space.manifold()  # one of the pictures; space.write() draws all
    """

    def vessel_walks(self) -> dict[str, float]:
        """Arcs between the latents of two test vessels, and how smooth the vessels there are."""
        vessels = self.test["x"]
        pairs = np.array([_far_apart(measure(vessels)) for measure in WALKED.values()])
        walk = self._walking(pairs)
        rows = [f"{name}: low to high" for name in WALKED]
        self._save(self._walks_drawn(pairs, walk(STEPS), rows), "vessel_walks")
        shares = np.linspace(0.0, 1.0, FRAMES)
        captions = [f"{share:.0%} of the way" for share in shares]
        many = walk(FRAMES)
        self._filmed(many, rows, captions, "vessel_walks")
        return _smoothness(many.reshape(-1, *many.shape[2:]), vessels)

    def attributes(self) -> dict[str, float]:
        """How well each attribute follows from the latents by ridge regression, and its direction.

        A step of 1 along a direction leads from the mean of the lower third to that of the upper.
        """
        rows, moved, told = [], [], []
        start, labels = self._drawn.latents[:1], self._drawn.labels
        label = None if labels is None else labels[0]
        for name, measure in self._varying().items():
            concept, row = self._told_by_latents(name, measure)
            rows.append(row)
            told.append(f"{name} (R² {row['r_squared']:.2f})")
            moved.append(concept.applied(start, STRENGTHS)[0])
        self.run.write_rows(f"{LATENT}/attributes.csv", rows)
        columns = formatted(STRENGTHS, "g")
        title = "moved along an attribute; in brackets how well the latents tell it"
        values = self._decoded(np.stack(moved), label)
        self._save(plots.grid(values, title, columns, told, self.field), "attributes")
        numbers = {}
        for row in rows:
            numbers[f"r_squared_of_{_key(row['attribute'])}"] = row["r_squared"]
        return numbers

    # ---- pieces ----------------------------------------------------------------------------------

    def _parts(self):
        yield from super()._parts()
        yield from (self.vessel_walks, self.attributes)

    @cached_property
    def _drawn(self):
        labels = self.model.labels_of(DRAWN)
        latents = np.random.default_rng(0).standard_normal(
            (DRAWN, self.model.latent_dim)
        )
        return Drawn(latents, labels, self._decoded(latents, labels))

    def _walking(self, pairs):
        """A function from a number of steps to the vessels (pairs, steps, …) on the way."""
        latents, labels = self._latents_of(pairs.ravel())
        starts, ends = latents.reshape(len(pairs), 2, -1).swapaxes(0, 1)
        first = None if labels is None else labels[::2, None]
        return lambda steps: self._decoded(
            latent.between(starts, ends, steps, latent.arc), first
        )

    def _walks_drawn(self, pairs, values, rows):
        """A figure of walks, each between its two test vessels."""
        test = self.test["x"]
        cells = np.concatenate([test[pairs[:, :1]], values, test[pairs[:, 1:]]], axis=1)
        columns = ["test", *map(str, range(1, values.shape[1] + 1)), "test"]
        title = "between two test vessels, through the latents nearest to them"
        return plots.grid(cells, title, columns, rows, self.field)

    def _latents_of(self, places):
        """The latents of test vessels, by the encoder or by search, and their labels."""
        labels = self._asked(places)
        if self.encodes:
            return self.latents[places], labels
        return latent.invert(self.model, self.test["x"][places], labels)[0], labels

    def _varying(self):
        """The measures of the attributes in which the generated vessels differ."""
        varying, alike = {}, []
        for name, (measure, _) in ATTRIBUTES.items():
            if np.ptp(measure(self._drawn.vessels)) == 0:
                alike.append(name)
            else:
                varying[name] = measure
        if alike:
            print(
                f"Left out, as all generated vessels are alike in them: {few(alike)}",
                flush=True,
            )
        return varying

    def _told_by_latents(self, name: str, measure: Callable[[Array], Array]):
        """An attribute as a concept, and the numbers of its row of the table."""
        latents, _, vessels = self._drawn
        measured, half = measure(vessels), len(latents) // 2
        estimates = ridge_estimates(latents[:half], measured[:half], latents[half:])
        concept = latent.Concept.of_means(name, latents, latent.outer_thirds(measured))
        return concept, {
            "attribute": name,
            "r_squared": float(r_squared(estimates, measured[half:])),
            "gain": self._gained(concept, measure),
            "gain_of_random": self._gained(concept.control(), measure),
        }

    def _gained(self, concept, measure):
        """How far a step of 1 moves an attribute, in gaps between the means of outer thirds."""
        latents, labels, vessels = self._drawn
        labels = None if labels is None else labels[:MOVED, None]
        moved = self._decoded(concept.applied(latents[:MOVED], [-0.5, 0.5]), labels)
        change = measure(moved[:, 1]) - measure(moved[:, 0])
        has, measured = latent.outer_thirds(measure(vessels)), measure(vessels)
        return float(
            change.mean() / (measured[has == 1].mean() - measured[has == 0].mean())
        )


def _far_apart(measured: Array) -> list[int]:
    """The places of a low and of a high value, neither of them the most extreme."""
    order = np.argsort(measured)
    places = np.multiply(ENDS, len(order) - 1).astype(int)
    return order[places].tolist()


def _smoothness(walked: Array, real: Array) -> dict[str, float]:
    return {
        "roughness_of_walks_over_real": float(
            roughness(walked).mean() / roughness(real).mean()
        ),
        "self_intersections_of_walks": float(self_intersections(walked).mean()),
    }


def _key(name: str) -> str:
    return name.replace(" ", "_")
