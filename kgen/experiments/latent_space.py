"""The latent space of a run, in pictures and numbers."""

import io
from typing import Any

import numpy as np

from kgen import latent, plots, tasks
from kgen.experiments.contents import LATENT
from kgen.experiments.latents import Latents
from kgen.experiments.page import renew_page
from kgen.fields import Image
from kgen.metrics.checks import Unmeasurable
from kgen.metrics.draws import of_each_class
from kgen.metrics.probes import probe_accuracy
from kgen.names import formatted, numbered
from kgen.runs.run import Run
from kgen.tasks.study import chosen

COUNT, UNITS, STEPS, ROWS, SHOWN, SIDE = 3000, 10, 11, 4, 10, 15
CLASSES = 3  # with traversals
# of a film in one direction, ms per frame, dots per inch
FRAMES, FRAME, FILMED = 21, 120, 80
STRENGTHS = np.linspace(-2.0, 2.0, 9).tolist()
INVERTED, MOVED = 16, 200


class LatentSpace(Latents):
    """The meaning of a model's latents, shown on the test values of its run.

    Args:
        run: ``kgen.runs.run.Run`` of a model that generates.
        count: int, test values that are encoded, drawn at random.

    Raises:
        ValueError: if the model does not generate.

    Example:
        >>> from kgen.runs.run import Run
        >>> space = LatentSpace(Run.open("runs/digits"))
        >>> space.manifold()  # one of the pictures; space.write() draws all
    """

    def __init__(self, run: Run, count: int = COUNT):
        super().__init__(run.model(), run.trained_on(), count)
        self.run = run

    def write(self) -> dict[str, Any]:
        """Draws every picture that applies and renews the page; writes and returns the numbers."""
        numbers = {"values": len(self.test)}
        for part in self._parts():
            print(f"Drawing {part.__name__}", flush=True)
            numbers |= part() or {}
            self.run.write_json(f"{LATENT}/numbers.json", numbers)
        renew_page(self.run)
        return numbers

    # ---- of every model that generates -----------------------------------------------------------

    def samples(self) -> None:
        """Values decoded from the prior."""
        self._save(
            plots.grid(
                self.model.sheet(SHOWN), "z ~ N(0, I), decoded", field=self.field
            ),
            "samples",
        )

    def manifold(self) -> None:
        """The plane of the two most active units."""
        across, up = map(int, self.units[:2])
        latents = latent.quantile_grid(SIDE, self.model.latent_dim, (across, up))
        title = f"units {across} (across) and {up} (up), at quantiles of the prior"
        self._save(
            plots.grid(self._decoded(latents), title, field=self.field), "manifold"
        )

    def traversals(self) -> None:
        """One unit per row; for a conditional model around a value of each of some classes."""
        units = self.units[:UNITS]
        rows = [f"unit {unit}{self._told(unit)}" for unit in units]
        columns = formatted(np.linspace(-3.0, 3.0, STEPS), ".1f")
        panels = []
        for start, label in self._starts():
            values = self._decoded(latent.traversals(start, units, steps=STEPS), label)
            title = f"one unit runs, the others stay{self._named(label)}"
            panels.append(plots.Cells(values, self.field, title, columns, rows))
        self._save(plots.stacked(panels), "traversals")
        self._film()

    def styles(self) -> None:
        """One style per row, in every class."""
        values = self.model.sheet(SHOWN)
        names = numbered("style ", range(SHOWN))
        title = "one class per column, one style per row"
        self._save(
            plots.grid(values, title, self.model.captions, names, self.field), "styles"
        )

    def sample_walks(self) -> None:
        """Paths between samples, one class per row for a conditional model."""
        dim = self.model.latent_dim
        starts, ends = np.random.default_rng(0).standard_normal(
            (2, ROWS, dim), dtype="float32"
        )
        labels = self.model.labels_of(ROWS)
        path = latent.arc if dim > 1 else latent.line  # an arc needs a plane
        ways = latent.between(starts, ends, SHOWN, path)
        values = self._decoded(ways, None if labels is None else labels[:, None])
        self._save(
            plots.grid(values, "from sample to sample", field=self.field),
            "sample_walks",
        )

    def inversions(self) -> dict[str, float]:
        """How close the generator comes to its own samples and to test values."""
        real = self.test["x"][:INVERTED]
        labels = self.model.labels_of(len(real), self._asked(slice(INVERTED)))
        own = self.model.generate(len(real), labels, seed=1)
        rows, numbers = [], {}
        for name, values in (("samples", own), ("test_values", real)):
            latents, errors = latent.invert(self.model, values, labels)
            rows += [values, self.model.decode(latents, labels)]
            numbers[f"inversion_error_of_{name}"] = self._of_the_mean(errors, values)
        names = ["samples", "inverted", "test values", "inverted"]
        figure = plots.grid(
            np.stack(rows), "z* that decodes to them", rows=names, field=self.field
        )
        self._save(figure, "inversions")
        return numbers

    # ---- of models that encode -------------------------------------------------------------------

    def reconstructions(self) -> None:
        """Test values above their reconstructions."""
        x = self.test["x"][:SHOWN]
        labels = self._asked(slice(SHOWN))
        pair = np.stack([x, self.model.reconstruct(x, labels)])
        figure = plots.grid(pair, rows=["test values", "decoded"], field=self.field)
        self._save(figure, "reconstructions")

    def walks(self) -> None:
        """Paths between test values, as decoded values and in latent space."""
        starts, ends = self._pairs()
        labels = self._asked(starts)
        labels = None if labels is None else labels[:, None]
        panels, ways = [], {}
        for name, path in latent.PATHS.items():
            ways[name] = latent.between(
                self.latents[starts], self.latents[ends], SHOWN, path
            )
            panels.append(
                plots.Cells(self._decoded(ways[name], labels), self.field, name)
            )
        self._save(plots.stacked(panels), "walks")
        self._save(plots.ways(self.latents, ways, self._names), "walk_map")

    def concepts(self) -> dict[str, float]:
        """Each concept of the test values at several strengths, beside a random direction."""
        start, label = next(self._starts())
        moved, rows = [], []
        numbers: dict[str, float] = {}
        for concept in self.known:
            control = concept.control()
            for one in (concept, control):
                moved.append(one.applied(start[None], STRENGTHS)[0])
            rows += [f"{concept.name} ({concept.accuracy:.2f})", "random"]
            numbers |= {
                f"concept_{concept.name}_accuracy": concept.accuracy,
                f"concept_{concept.name}_gain": self._gain(concept, concept.name),
                f"concept_{concept.name}_gain_of_random": self._gain(
                    control, concept.name
                ),
            }
        columns = formatted(STRENGTHS, "g")
        title = (
            "moved along a concept; in brackets how often a linear classifier tells it"
        )
        values = self._decoded(np.stack(moved), label)
        self._save(plots.grid(values, title, columns, rows, self.field), "concepts")
        return numbers

    def maps(self) -> dict[str, float]:
        """The latents in two dimensions by three methods, and how far each map can be trusted."""
        numbers: dict[str, float] = {}
        for name in latent.PROJECTIONS:
            if (points := self._found(name)) is None:
                continue
            believed = self._believed(points)
            for key, value in believed.items():
                numbers[f"{name}_{key}"] = value
            self._save(
                plots.map_by(points, {self._titled(name, believed): self._names}),
                f"map_{name}",
            )
            if name == "tsne" and isinstance(self.field, Image):
                shades = self.field.comparable(self.test["x"])
                self._save(plots.map_of_images(points, shades, name), "map_values")
        return numbers

    def real_and_drawn(self) -> dict[str, float | None]:
        """The latents of test values and of as many samples, in two dimensions.

        Where they differ, the distribution of the latents differs from the prior.
        """
        labels = self._asked(slice(None))
        drawn = self.model.generate(len(self.latents), labels, seed=0)
        both = np.concatenate([self.latents, self.model.latents(drawn, labels)])
        names = np.repeat(["test values", "samples"], len(self.latents))
        points, share = latent.principal_components(both)
        self._save(
            plots.map_by(points, {f"PCA, {share:.0%} of the variance": names}),
            "real_and_drawn",
        )
        return {"samples_told_from_test_values": _told_apart(both, names == "samples")}

    def outliers(self) -> dict[str, list[dict[str, Any]]]:
        """The test values farthest from their class."""
        found = latent.outliers(self.latents, self.test.labels, 2 * SHOWN)
        values = self.test["x"][found]
        values = values.reshape(-1, min(SHOWN, len(found)), *values.shape[1:])
        self._save(
            plots.grid(values, "farthest from their class", field=self.field),
            "outliers",
        )
        distances = latent.distances_from_class(self.latents, self.test.labels)
        return {"outliers": list(map(self._outlier, found, distances[found]))}

    # ---- pieces ----------------------------------------------------------------------------------

    def _parts(self):
        yield self.samples
        if self.model.latent_dim > 1:
            yield self.manifold
        yield self.traversals
        if tasks.load("generate-by-class").reason(self.model, self.data) is None:
            yield self.styles
        if not self.encodes:
            yield from (self.sample_walks, self.inversions)
            return
        yield from (
            self.reconstructions,
            self.walks,
            self.maps,
            self.real_and_drawn,
            self.outliers,
        )
        if self._shown():
            yield self.concepts

    def _starts(self):
        """Latents around which units run, each with the class to decode it as.

        They are those of test values. A model without an encoder has one drawn from the prior: at
        0, far from all draws, networks that normalise z generate a blurred mean. A conditional
        model has one for each of some classes.
        """
        drawn = np.random.default_rng(0).standard_normal(self.model.latent_dim)
        labels = self.model.asked(self.test.labels)
        if labels is None:
            yield (self.latents[0] if self.encodes else drawn), None
            return
        for label in np.unique(labels)[:CLASSES]:
            first = np.flatnonzero(labels == label)[0]
            yield (self.latents[first] if self.encodes else drawn), label

    def _gain(self, concept, name):
        """The gain of an attribute by a step of 1 along a concept's direction.

        Its unit is the gap between the means of the outer thirds of the test values.
        """
        measure = latent.ATTRIBUTES[name]
        labels = self._asked(slice(MOVED))
        labels = None if labels is None else labels[:, None]
        values = self._decoded(
            concept.applied(self.latents[:MOVED], [-0.5, 0.5]), labels
        )
        before = measure(self.field.comparable(values[:, 0]))
        after = measure(self.field.comparable(values[:, 1]))
        has = self._shown()[name]
        measured = measure(self.field.comparable(self.test["x"]))
        return float(
            (after - before).mean()
            / (measured[has == 1].mean() - measured[has == 0].mean())
        )

    def _decoded(self, latents, labels=None):
        first = self._asked(slice(1))
        return latent.decoded(self.model, latents, first if labels is None else labels)

    def _named(self, label):
        return "" if label is None else f", class {self.data.class_names[label]}"

    @property
    def _names(self):
        labels = self.test.labels
        return (
            np.full(len(self.test), "test values")
            if labels is None
            else np.array(self.data.class_names)[labels]
        )

    def _pairs(self):
        """The start and end values of some walks, of one class each for a conditional model.

        They are far apart in the split, because neighbours may be of the same subject.
        """
        labels = self._asked(slice(None))
        total = len(self.test)
        count = min(ROWS, total // 2)
        if labels is None:
            return np.arange(count), np.arange(total - count, total)
        groups = of_each_class(labels)
        pairs = [group[[0, -1]] for group in groups if len(group) > 1][:count]
        return np.transpose(pairs)

    def _found(self, name):
        """The latents in two dimensions, or ``None`` if there are too few for this method."""
        try:
            return self.plane(name)
        except ValueError as error:
            print(f"The map {name} is left out: {error}", flush=True)
            return None

    def _believed(self, points):
        found = {"trustworthiness": latent.trustworthiness(self.latents, points)}
        if self.test.labels is not None:
            found["neighbour_agreement"] = latent.neighbour_agreement(
                points, self.test.labels
            )
        return found

    def _outlier(self, position, distance):
        classed = (
            {} if self.test.labels is None else {"class": str(self._names[position])}
        )
        return {
            "outlier": self._place(position),
            **classed,
            "standard deviations": round(float(distance), 2),
        }

    def _place(self, position):
        """Which test value this is, in words."""
        return f"test value {chosen(len(self.data.test), len(self.test))[position]}"

    def _titled(self, name, believed):
        """The title of a map: what it shows, and how far it can be trusted."""
        shown = name if self.test.labels is None else f"{name}, by class"
        told = [
            f"{key.replace('_', ' ')} {value:.2f}" for key, value in believed.items()
        ]
        numbers = ", ".join(told)
        return f"{shown}\n{numbers}"

    def _told(self, unit):
        return "" if self.activity is None else f" ({self.activity[unit]:.2f})"

    def _of_the_mean(self, errors, values):
        scaled = self.field.scaled(values)
        return float(errors.mean() / np.mean((scaled - scaled.mean(axis=0)) ** 2))

    def _film(self):
        """A film of units that run up and down, each in a value of its own."""
        start, label = next(self._starts())
        units = self.units[:UNITS]
        values = self._decoded(latent.traversals(start, units, steps=FRAMES), label)
        captions = formatted(np.linspace(-3.0, 3.0, FRAMES), "+.1f")
        self._filmed(values, numbered("unit ", units), captions, "traversals")

    def _filmed(self, values, names, captions, name):
        """A film there and back of values (films, frames, …) side by side, a caption a frame."""
        there = []
        for step, caption in enumerate(captions):
            figure = plots.grid(values[None, :, step], caption, names, field=self.field)
            there.append(_png(figure))
        with self.run.writing(f"{LATENT}/{name}.gif") as temporary:
            plots.animate([*there, *there[-2:0:-1]], temporary, FRAME)

    def _save(self, figure, name):
        self.run.save_figure(figure, f"{LATENT}/{name}.png")


def _png(figure):
    """A PNG of the figure, as a file in memory."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=FILMED)
    return file


def _told_apart(latents, drawn):
    """How often a linear classifier tells latents of samples from real ones; ½ is chance."""
    order = np.random.default_rng(0).permutation(len(latents))
    seen, new = np.array_split(order, 2)
    try:
        return probe_accuracy(
            "linear", (latents[seen], drawn[seen]), (latents[new], drawn[new])
        )
    except Unmeasurable:
        return None
