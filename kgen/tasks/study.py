from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kgen.fields import Image
from kgen.metrics import Features, SampleMetrics

MOST = 10_000  # values of a split, at most
CROWD = 1000  # samples whose share is told, however few real values there are


@dataclass(frozen=True)
class Settings:
    """How much is measured.

    Args:
        samples: int, values of the model that are compared with as many real ones.
        codes: int, k, codes each of the importance-weighted likelihood.
        features: ``kgen.metrics.Features`` in which values are compared; the outside classifier's unless given.
        metrics: names of metrics; all unless given.
    """

    samples: int = 10_000
    codes: int = 100
    features: Features | None = None
    metrics: tuple | None = None


class Study:
    """A model measured on a data set: what several tasks read is made once, when it is first asked for.

    Args:
        model: a trained model.
        data: ``kgen.data.Data``, whose test split is measured on.
        seen: the same as the training saw it, such as binarised.
        settings: ``Settings``.
    """

    def __init__(self, model, data, seen=None, settings=None):
        self.model, self.data, self.seen = model, data, seen or data
        self.settings = settings or Settings()

    def of(self, model):
        """The same study of another model: what is made of data alone is not made again."""
        other = Study(model, self.data, self.seen, self.settings)
        other.sample_metrics = self.sample_metrics
        return other

    def wanted(self, metrics):
        """Those of the metrics, by name, that are asked for."""
        asked = self.settings.metrics
        return {name: metric for name, metric in metrics.items() if asked is None or name in asked}

    @cached_property
    def train(self):
        """A part of the training split, as the training saw it."""
        return some(self.seen.train)

    @cached_property
    def test(self):
        """A part of the test split, as the training would have seen it."""
        return some(self.seen.test)

    @cached_property
    def sample_metrics(self):
        """Real values, and the features in which samples are compared with them."""
        return SampleMetrics(self.data, self.settings.samples, self.settings.features)

    def judged(self, names):
        """Those of the metrics, by name, that rest on the outside classifier."""
        metrics, labels = self.sample_metrics, self.model.asked(self.sample_metrics.labels)
        return [name for name in names if metrics.rests_on_judge(name, labels)]

    @cached_property
    def drawn(self):
        """Samples of the model as those of the data set are compared, of the same classes where it can be asked."""
        metrics = self.sample_metrics
        print(f"Drawing {metrics.samples:,} samples", flush=True)
        return comparable(
            self.model, self.data, metrics.samples, self.model.asked(metrics.labels), seed=0
        )

    @cached_property
    def crowd(self):
        """The same samples; where there are fewer than 1,000, as many others."""
        metrics = self.sample_metrics
        if metrics.samples >= CROWD:
            return self.drawn
        labels = None if metrics.labels is None else np.resize(metrics.labels, CROWD)
        return comparable(self.model, self.data, CROWD, self.model.asked(labels), seed=1)


def comparable(model, data, count, labels, seed):
    """Generated values as those of the data set are compared, whatever the networks take."""
    own, field = model.fields["x"], data.fields["x"]
    values = field.comparable(own.in_units_of(field, model.generate(count, labels, seed)))
    return like(values, model, data.test)


def like(values, model, split):
    """Values of a model as those of the split are: pixels drawn 0 or 1 where both are so, else as they come."""
    if not draws_pixels(model, split):
        return values
    return (np.random.default_rng(0).random(values.shape) < values).astype("float32")


def draws_pixels(model, split):
    """Whether a model says how probable white is of pixels that are black or white."""
    return model.gives_probabilities and isinstance(split.fields["x"], Image) and split.binary


def compared_as(model, split):
    """What of a model is compared with a split, in words."""
    if draws_pixels(model, split):
        return "drawn pixels"
    return "means of pixels" if model.gives_probabilities else "values"


def some(split, count=MOST):
    """A split, or ``count`` fixed random values of a large one; pixels that streams draw anew are drawn once."""
    return drawn_once(split.subset(chosen(len(split), count)))


def drawn_once(split):
    """A split; one whose pixels streams draw anew with these drawn."""
    return split if split.grey is None else split.drawn(0)


def chosen(length, count=MOST):
    """The positions in a split of the values that ``some`` takes."""
    return np.sort(np.random.default_rng(0).permutation(length)[:count])
