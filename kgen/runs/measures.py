"""The metrics of a model by group: a dict from a metric's name to its ``Score``, or to the reason why it has none."""

from typing import NamedTuple

import numpy as np

from kgen.likelihoods import Bernoulli
from kgen.metrics import (
    CATALOGUE,
    Unmeasurable,
    active_units,
    bits_per_dimension,
    factor_vae_score,
    importance_weighted_log_likelihood,
    independent_pixels,
    mutual_information_gap,
    probe_accuracy,
)

IMAGES = 10_000  # of a split, at most
NO_DENSITY = "it draws images without a density that could be evaluated"
NO_ENCODER = "it has no encoder, and so no codes of images"
NO_CLASSES = "the data have no classes, which features and probes are learnt from"


class Score(NamedTuple):
    """A metric of a model, and where they have one, of real images and of a trivial baseline."""

    value: float
    real: float | None = None
    baseline: float | None = None

    @property
    def ratio(self):
        """The value in units of the floor, real against real: what may be compared between machines."""
        return self.value / self.real if self.real else None


def likelihood(model, dataset, codes):
    """The evidence lower bound with its parts and the importance-weighted bound, on test images, nats an image."""
    if not hasattr(model, "log_likelihood"):
        return none_of("likelihood", NO_DENSITY)
    test = some(dataset.test)
    parts = model.evaluate(test.ordered(), verbose=0, return_dict=True)
    bound, trivial = _bound(model, test["x"], test.labels, codes), None
    if isinstance(model.likelihood, Bernoulli):
        train, scaled = some(dataset.train)["x"], model.fields["x"].scaled
        trivial = float(independent_pixels(scaled(train), scaled(test["x"])).mean())
    return {
        "reconstruction_loss": Score(parts["reconstruction_loss"]),
        "kl_loss": Score(parts["kl_loss"]),
        "elbo": Score(-parts["reconstruction_loss"] - parts["kl_loss"], baseline=trivial),
        "log_likelihood": Score(bound, baseline=trivial),
        "bits_per_dimension": _bits(model, test, codes, bound, trivial),
    }


def _bound(model, x, y, codes, kind="test values"):
    print(f"Importance-weighted likelihood of {len(x)} {kind}, {codes} codes each", flush=True)
    return float(importance_weighted_log_likelihood(model, x, y, codes).mean())


def _bits(model, test, codes, bound, trivial):
    if isinstance(model.likelihood, Bernoulli):
        if not test.binary:
            return "a Bernoulli likelihood is no density of grey pixels; train with --binarisation or a density"
        value, baseline = (-bits_per_dimension(nats, model.shape) for nats in (bound, trivial))
        return Score(value, baseline=baseline)
    x = model.fields["x"]
    if test["x"].dtype.kind not in "iu" or np.ndim(x.low):
        return "values that are no whole numbers of one range have no levels that bits could tell apart"
    # A density may rise without bound at the levels themselves; spread over its cell, each is a probability.
    width = x.high - x.low
    spread = np.random.default_rng(0).random(test["x"].shape, dtype="float32")
    between = np.float32(x.low) + (test["x"] - np.float32(x.low) + spread) * np.float32(width / (width + 1))
    nats = _bound(model, between, test.labels, codes, "test values spread over their levels")
    least, greatest = x.limits
    return Score(float(np.log2((width + 1) / (greatest - least)) - bits_per_dimension(nats, model.shape)))


def samples(model, metrics, seen):
    """Images of the model against as many real ones, and what use they are where they have labels."""
    if metrics is None:
        return {**none_of("samples", NO_CLASSES), **none_of("use", NO_CLASSES)}
    labels = None if model.num_classes is None else metrics.labels
    drawn = comparable(model, metrics.dataset, metrics.samples, labels, seed=0)
    values, real, baseline = metrics.measure(drawn, labels), metrics.real(), metrics.baseline()
    scores = {name: Score(value, real.get(name), baseline.get(name)) for name, value in values.items()}
    reasons = {**none_of("use", "it is not told which class to draw"), **metrics.left_out}
    return {**reasons, **scores, "classifier_accuracy": _classified(model, metrics, seen)}


def comparable(model, dataset, count, labels, seed):
    """Generated values as those of the data set are compared, whatever the networks take."""
    own, field = model.fields["x"], dataset.fields["x"]
    return field.comparable(own.in_units_of(field, model.generate(count, labels, seed)))


def _classified(model, metrics, seen):
    if not hasattr(model, "classify"):
        return "it does not classify"
    test = some(seen.test)
    read = model.classify(test["x"]).argmax(axis=1)
    return Score(float(np.mean(read == test.labels)), metrics.judge.accuracy, _majority(seen))


def latent(model, dataset):
    """What the mean codes tell of the class and, where they are known, of the factors behind the images."""
    if not hasattr(model, "encode"):
        return {**none_of("latent", NO_ENCODER), **none_of("factors", NO_ENCODER)}
    splits = some(dataset.train), some(dataset.test)
    train, test = (model.encode(split["x"], split.labels)[0] for split in splits)
    sides = [(codes, split.labels) for codes, split in zip((train, test), splits, strict=True)]
    return {
        **(_probes(dataset, sides) if dataset.classes else none_of("latent", NO_CLASSES)),
        "active_units": _score(active_units, [(test,)]),
        **_factors(test, splits[1].facts.get("factors")),
    }


def _probes(dataset, sides):
    majority = _majority(dataset)
    return {f"{kind}_probe": _score(probe_accuracy, [(kind, *sides)], majority) for kind in ("linear", "mlp")}


def _score(metric, candidates, baseline=None):
    """The metric of the model's codes and, if given, of the best and of trivial ones; or why it cannot be had."""
    try:
        value, *others = (metric(*candidate) for candidate in candidates)
    except Unmeasurable as reason:
        return str(reason)
    return Score(value, *(others or (None, baseline)))


def _majority(dataset):
    return float(np.mean(dataset.test.labels == np.bincount(dataset.train.labels).argmax()))


def _factors(codes, factors):
    if factors is None:
        return none_of("factors", "the factors behind these images are not known; the data set sprites has them")
    noise = np.random.default_rng(0).standard_normal(codes.shape)
    return {
        metric.__name__: _score(metric, [(candidate, factors) for candidate in (codes, factors, noise)])
        for metric in (mutual_information_gap, factor_vae_score)
    }


def some(split):
    """A split, or a fixed random part of a large one; its pixels drawn once where they are drawn in every batch."""
    chosen = np.random.default_rng(0).permutation(len(split))[:IMAGES]
    part = split.subset(np.sort(chosen))
    return part.drawn(0) if part.grey is not None else part


def none_of(group, reason):
    """The reason why a model has none of the metrics of a group."""
    return {name: reason for name, metric in CATALOGUE.items() if metric.group == group}
