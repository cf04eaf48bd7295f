from functools import cached_property, partial
from typing import Any, cast

import numpy as np

from kgen.abilities import Generates
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.fields import Centreline
from kgen.metrics import ClassGaussian, Evidence
from kgen.metrics import vessels as measures
from kgen.plots import Distributions, stacked, vessels
from kgen.plots.figures import Figure
from kgen.tasks.study import Study, some
from kgen.tasks.task import Evidences, Task
from kgen.types import Array

MOST, SHOWN = 2000, 8  # vessels measured, and drawn in space
KOLMOGOROV = {  # compared one by one
    "length": measures.length,
    "tortuosity": measures.tortuosity,
    "radius": measures.mean_radius,
}
EACH = {
    "shape": measures.shape_features,
    "all_features": measures.all_features,
    "roughness": measures.roughness,
    "meeting": measures.self_intersections,
}


class Vessels(Task):
    """Generates vessels that are as long, tortuous, wide and smooth as real ones."""

    needs = Generates
    lacking = "it draws no vessels"
    groups = ("vessels",)
    files = {
        "test_vessels.png": "length, tortuosity, radius and narrowing of real and generated "
        "vessels",
        "test_vessels_in_space.png": "real and generated vessels in space, in the colours of "
        "their radius",
    }

    def reason(self, model: GenerativeModel, data: Data) -> str | None:
        reason = super().reason(model, data)
        x = data.fields.get("x")
        if reason or isinstance(x, Centreline):
            return reason
        return f"centrelines with a radius are measured, and these are {x or 'no values x'}"

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        both = Compared(model, data)
        panels = []
        for name, (measure, unit) in measures.ATTRIBUTES.items():
            title = f"{name}, {unit}".rstrip(", ")
            panels.append(Distributions(measure(both.real), measure(both.drawn), title))
        shown = {"real": both.real[:SHOWN], "generated": both.drawn[:SHOWN]}
        field = cast(Centreline, data.fields["x"])
        space = vessels(shown, "each begins at the origin", field.radii)
        return {"test_vessels.png": stacked(panels), "test_vessels_in_space.png": space}

    def facts(self, study: Study) -> dict[str, Any]:
        return {"vessels": len(Compared(study.model, study.data).real)}

    def evidence(self, study: Study) -> Evidences:
        both = Compared(study.model, study.data)
        own = evidence(lambda: both.drawn, lambda: both.real)
        real = evidence(lambda: both.test, lambda: both.train)
        return own, real, evidence(lambda: both.gaussian, lambda: both.real)


class Compared:
    """Vessels of a model and of its data, all in mm; each kind is drawn or read once.

    Args:
        model: a model that generates centrelines.
        data: ``kgen.data.Data`` of centrelines.
    """

    def __init__(self, model: GenerativeModel, data: Data):
        self.model, self.data = model, data

    @cached_property
    def drawn(self) -> Array:
        """As many generated vessels as there are real ones."""
        return self.model.generate(len(self.real), seed=0)

    @cached_property
    def real(self) -> Array:
        """At most 2,000 real vessels of all splits, in random order."""
        splits = self.data.test, self.data.validation, self.data.train
        every = np.concatenate([split["x"] for split in splits])
        return np.random.default_rng(0).permutation(every)[:MOST]

    @cached_property
    def train(self) -> Array:
        """Training vessels, of all that there are at most 2,000."""
        return some(self.data.train, MOST)["x"]

    @cached_property
    def test(self) -> Array:
        """Test vessels, at most 2,000."""
        return some(self.data.test, MOST)["x"]

    @cached_property
    def gaussian(self) -> Array:
        """As many vessels whose spline coefficients have one Gaussian distribution."""
        field = self.data.fields["x"]
        fitted = ClassGaussian(field.scaled(self.train), limits=field.comparable_limits)
        return field.unscaled(fitted.generate(len(self.real)))


def evidence(drawn: Any, real: Any) -> Evidence:
    """The inputs of metrics: measures of vessels, and of the real ones beside them.

    ``drawn`` and ``real`` are functions that return vessels (n, points, 4).
    """
    parts: dict[str, Any] = {}
    for name, measure in KOLMOGOROV.items():
        parts[name] = partial(_grouped, measure, drawn)
        parts[f"real_{name}"] = partial(_grouped, measure, real)
    for name, measure in EACH.items():
        parts[name] = partial(_measured, measure, drawn)
        parts[f"real_{name}"] = partial(_measured, measure, real)
    return Evidence(**parts)


def _measured(measure, vessels, _):
    return measure(vessels())


def _grouped(measure, vessels, _):
    """A measure of all vessels as those of one class."""
    return [measure(vessels())]
