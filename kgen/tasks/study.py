from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.subjects import SUBJECT
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.fields import Image
from kgen.metrics import Evidence, Features, SampleMetrics
from kgen.metrics.catalogue import Metric
from kgen.names import among, picked
from kgen.types import Array

MOST = 10_000  # values of a split, at most
CROWD = 1000  # samples of which a share is computed, however few real values there are


@dataclass(frozen=True)
class Settings:
    """How much is measured.

    Args:
        samples: int, generated values, compared with as many real ones.
        latents: int, k, draws of z per value for the importance-weighted likelihood.
        features: ``kgen.metrics.Features`` in which values are compared; by default those of the
            evaluation classifier.
        metrics: names of metrics; all by default.
    """

    samples: int = 10_000
    latents: int = 100
    features: Features | None = None
    metrics: tuple | None = None


class Study:
    """A model measured on a data set; inputs that tasks share are computed once, on first use.

    Args:
        model: a trained model.
        data: ``kgen.data.Data``; its test split is used for measuring.
        seen: the data as the training saw them, such as binarised.
        settings: ``Settings``.
    """

    def __init__(
        self,
        model: GenerativeModel,
        data: Data,
        seen: Data | None = None,
        settings: Settings | None = None,
    ):
        self.model, self.data, self.seen = model, data, seen or data
        self.settings = settings or Settings()

    def of(self, model: GenerativeModel) -> "Study":
        """The same study of another model; what depends on the data alone is not computed again."""
        other = Study(model, self.data, self.seen, self.settings)
        other.sample_metrics = self.sample_metrics
        return other

    def wanted(self, metrics: Mapping[str, Metric]) -> dict[str, Metric]:
        """The requested metrics among these, by name."""
        asked = self.settings.metrics
        if asked is None:
            return dict(metrics)
        return picked(metrics, among(metrics, asked))

    @cached_property
    def train(self) -> Split:
        """At most 10,000 training values, as the training saw them."""
        return some(self.seen.train)

    @cached_property
    def test(self) -> Split:
        """At most 10,000 test values, as the training would have seen them."""
        return some(self.seen.test)

    @cached_property
    def sample_metrics(self) -> SampleMetrics:
        """The metrics of samples, with the real values and features to compare with."""
        return SampleMetrics(self.data, self.settings.samples, self.settings.features)

    @property
    def sample_facts(self) -> dict[str, Any]:
        """How samples are measured, and the form in which they are compared."""
        return {
            **self.sample_metrics.facts,
            "samples_as": compared_as(self.model, self.data.test),
        }

    def judged(self, names: Iterable[str]) -> list[str]:
        """The names of these metrics that depend on the evaluation classifier."""
        metrics = self.sample_metrics
        labels = self.model.asked(self.sample_metrics.labels)
        return [name for name in names if metrics.rests_on_judge(name, labels)]

    @cached_property
    def drawn(self) -> Array:
        """Samples in the form in which values are compared; of the real classes, if conditional."""
        metrics = self.sample_metrics
        print(f"Drawing {metrics.samples:,} samples", flush=True)
        return comparable(
            self.model,
            self.data,
            metrics.samples,
            self.model.asked(metrics.labels),
            seed=0,
        )

    @cached_property
    def crowd(self) -> Array:
        """The same samples, or 1,000 others if there are fewer than 1,000 of them."""
        metrics = self.sample_metrics
        if metrics.samples >= CROWD:
            return self.drawn
        labels = None if metrics.labels is None else np.resize(metrics.labels, CROWD)
        return comparable(
            self.model, self.data, CROWD, self.model.asked(labels), seed=1
        )


def comparable(
    model: GenerativeModel, data: Data, count: int, labels: Array | None, seed: int
) -> Array:
    """Generated values in the form in which those of the data set are compared."""
    own, field = model.fields["x"], data.fields["x"]
    values = field.comparable(
        own.in_units_of(field, model.generate(count, labels, seed))
    )
    return like(values, model, data.test)


def like(values: Array, model: GenerativeModel, split: Split | UnpairedSplit) -> Array:
    """The values, with pixels drawn as 0 or 1 if model and split are of binary pixels."""
    if not draws_pixels(model, split):
        return values
    return (np.random.default_rng(0).random(values.shape) < values).astype("float32")


def draws_pixels(model: GenerativeModel, split: Split | UnpairedSplit) -> bool:
    """Whether a model gives probabilities of white for pixels that are black or white."""
    pixels = model.gives_probabilities and isinstance(split.fields["x"], Image)
    return pixels and cast(Split, split).binary


def compared_as(model: GenerativeModel, split: Split | UnpairedSplit) -> str:
    """What of a model is compared with a split, in words."""
    if draws_pixels(model, split):
        return "drawn pixels"
    return "means of pixels" if model.gives_probabilities else "values"


def some(split: Split | UnpairedSplit, count: int = MOST) -> Split:
    """At most ``count`` fixed random values of a split, drawn once as by ``drawn_once``."""
    return drawn_once(split.subset(chosen(len(split), count)))


def drawn_once(split: Split | UnpairedSplit) -> Split:
    """The split; pixels that its streams draw anew each time are drawn once."""
    plain = cast(Split, split)  # no unpaired domains are drawn
    return plain if plain.grey is None else plain.drawn(0)


def chosen(length: int, count: int = MOST) -> Array:
    """The positions of the values that ``some`` takes from a split."""
    return np.sort(np.random.default_rng(0).permutation(length)[:count])


def units_of(split: Split | UnpairedSplit) -> dict[str, Callable[[Evidence], Array]]:
    """The part ``units`` of an evidence: the subjects of the values; empty if they are unknown."""
    return {"units": lambda _: split.facts[SUBJECT]} if SUBJECT in split.facts else {}
