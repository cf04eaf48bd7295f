from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kgen.data.subjects import SUBJECT
from kgen.fields import Image
from kgen.metrics import Features, SampleMetrics

MOST = 10_000  # values of a split, at most
CROWD = 1000  # samples of which a share is computed, however few real values there are


@dataclass(frozen=True)
class Settings:
    """How much is measured.

    Args:
        samples: int, generated values, compared with as many real ones.
        codes: int, k, draws of z per value for the importance-weighted likelihood.
        features: ``kgen.metrics.Features`` in which values are compared; by default those of the
            outside classifier.
        metrics: names of metrics; all by default.
    """

    samples: int = 10_000
    codes: int = 100
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

    def __init__(self, model, data, seen=None, settings=None):
        self.model, self.data, self.seen = model, data, seen or data
        self.settings = settings or Settings()

    def of(self, model):
        """The same study of another model; what depends on the data alone is not computed again."""
        other = Study(model, self.data, self.seen, self.settings)
        other.sample_metrics = self.sample_metrics
        return other

    def wanted(self, metrics):
        """The requested metrics among these, by name."""
        asked = self.settings.metrics
        return {name: metric for name, metric in metrics.items() if asked is None or name in asked}

    @cached_property
    def train(self):
        """At most 10,000 training values, as the training saw them."""
        return some(self.seen.train)

    @cached_property
    def test(self):
        """At most 10,000 test values, as the training would have seen them."""
        return some(self.seen.test)

    @cached_property
    def sample_metrics(self):
        """The metrics of samples, with the real values and features to compare with."""
        return SampleMetrics(self.data, self.settings.samples, self.settings.features)

    def judged(self, names):
        """The names of these metrics that depend on the outside classifier."""
        metrics, labels = self.sample_metrics, self.model.asked(self.sample_metrics.labels)
        return [name for name in names if metrics.rests_on_judge(name, labels)]

    @cached_property
    def drawn(self):
        """Samples in the form in which values are compared; of the real classes, if conditional."""
        metrics = self.sample_metrics
        print(f"Drawing {metrics.samples:,} samples", flush=True)
        return comparable(
            self.model, self.data, metrics.samples, self.model.asked(metrics.labels), seed=0
        )

    @cached_property
    def crowd(self):
        """The same samples, or 1,000 others if there are fewer than 1,000 of them."""
        metrics = self.sample_metrics
        if metrics.samples >= CROWD:
            return self.drawn
        labels = None if metrics.labels is None else np.resize(metrics.labels, CROWD)
        return comparable(self.model, self.data, CROWD, self.model.asked(labels), seed=1)


def comparable(model, data, count, labels, seed):
    """Generated values in the form in which those of the data set are compared."""
    own, field = model.fields["x"], data.fields["x"]
    values = field.comparable(own.in_units_of(field, model.generate(count, labels, seed)))
    return like(values, model, data.test)


def like(values, model, split):
    """The values, with pixels drawn as 0 or 1 if model and split are of binary pixels."""
    if not draws_pixels(model, split):
        return values
    return (np.random.default_rng(0).random(values.shape) < values).astype("float32")


def draws_pixels(model, split):
    """Whether a model gives probabilities of white for pixels that are black or white."""
    return model.gives_probabilities and isinstance(split.fields["x"], Image) and split.binary


def compared_as(model, split):
    """What of a model is compared with a split, in words."""
    if draws_pixels(model, split):
        return "drawn pixels"
    return "means of pixels" if model.gives_probabilities else "values"


def some(split, count=MOST):
    """At most ``count`` fixed random values of a split, drawn once as by ``drawn_once``."""
    return drawn_once(split.subset(chosen(len(split), count)))


def drawn_once(split):
    """The split; pixels that its streams draw anew each time are drawn once."""
    return split if split.grey is None else split.drawn(0)


def chosen(length, count=MOST):
    """The positions of the values that ``some`` takes from a split."""
    return np.sort(np.random.default_rng(0).permutation(length)[:count])


def units_of(split):
    """The part ``units`` of an evidence: the subjects of the values; empty if they are unknown."""
    return {"units": lambda _: split.facts[SUBJECT]} if SUBJECT in split.facts else {}
