"""The metrics of a model by group: a dict from a metric's name to its ``Score``, or to the reason why it has none."""

from typing import NamedTuple

import numpy as np

from kgen.likelihoods import Bernoulli
from kgen.metrics import (
    CATALOGUE,
    active_units,
    bits_per_dimension,
    factor_vae_score,
    importance_weighted_log_likelihood,
    independent_pixels,
    mutual_information_gap,
    probe_accuracy,
)

IMAGES = 10_000  # of a split, at most
NO_ENCODER = "it has no encoder: it draws images without a density or a code that could be looked at"


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
        return none_of("likelihood", NO_ENCODER)
    test, pixel_range = some(dataset.test), model.pixel_range
    parts = model.evaluate(test.ordered(pixel_range=pixel_range), verbose=0, return_dict=True)
    print(f"Importance-weighted likelihood of {len(test)} test images, {codes} codes each", flush=True)
    bound = importance_weighted_log_likelihood(model, test.scaled(pixel_range), test.labels, codes).mean()
    trivial = None
    if isinstance(model.likelihood, Bernoulli):
        trivial = float(independent_pixels(dataset.train.scaled(), test.scaled()).mean())
    return {
        "reconstruction_loss": Score(parts["reconstruction_loss"]),
        "kl_loss": Score(parts["kl_loss"]),
        "elbo": Score(-parts["reconstruction_loss"] - parts["kl_loss"], baseline=trivial),
        "log_likelihood": Score(float(bound), baseline=trivial),
        "bits_per_dimension": _bits(model, test, float(bound), trivial),
    }


def _bits(model, test, nats, trivial):
    binary, stored = test.maximum == 1, test.images.dtype.kind == "u"
    if isinstance(model.likelihood, Bernoulli) and not binary:
        return "a Bernoulli likelihood is no density of grey pixels; train with --binarisation, or another likelihood"
    if not stored:
        return "float pixels have no levels that bits could tell apart"
    # A density on [0, 1] becomes the probability of a level by the width of one.
    value, baseline = (
        None if n is None else float(np.log2(test.maximum) - bits_per_dimension(n, model.image_shape))
        for n in (nats, trivial)
    )
    return Score(value, baseline=baseline)


def samples(model, metrics):
    """Images of the model against as many real ones, and what use they are where they have labels."""
    low, high = model.pixel_range
    labels = None if model.num_classes is None else metrics.labels
    images = (model.generate(metrics.samples, labels, seed=0) - low) / (high - low)
    values, real, baseline = metrics.measure(images, labels), metrics.real(), metrics.baseline()
    scores = {name: Score(value, real.get(name), baseline.get(name)) for name, value in values.items()}
    reasons = {**none_of("use", "it is not told which class to draw"), **metrics.left_out}
    return {**reasons, **scores, "classifier_accuracy": _classified(model, metrics)}


def _classified(model, metrics):
    if not hasattr(model, "classify"):
        return "it does not classify"
    test = metrics.dataset.test
    read = model.classify(test.scaled(model.pixel_range)).argmax(axis=1)
    return Score(float(np.mean(read == test.labels)), metrics.judge.accuracy, _majority(metrics.dataset))


def latent(model, dataset):
    """What the mean codes tell of the class and, where they are known, of the factors behind the images."""
    if not hasattr(model, "encode"):
        return {**none_of("latent", NO_ENCODER), **none_of("factors", NO_ENCODER)}
    splits = some(dataset.train), some(dataset.test)
    train, test = (model.encode(split.scaled(model.pixel_range), split.labels)[0] for split in splits)
    sides = [(codes, split.labels) for codes, split in zip((train, test), splits, strict=True)]
    majority = _majority(dataset)
    probes = {f"{kind}_probe": Score(probe_accuracy(kind, *sides), baseline=majority) for kind in ("linear", "mlp")}
    return {"active_units": Score(active_units(test)), **probes, **_factors(test, splits[1].factors)}


def _majority(dataset):
    return float(np.mean(dataset.test.labels == np.bincount(dataset.train.labels).argmax()))


def _factors(codes, factors):
    if factors is None:
        return none_of("factors", "the factors behind these images are not known; the data set sprites has them")
    noise = np.random.default_rng(0).standard_normal(codes.shape)
    return {
        metric.__name__: Score(*(metric(candidate, factors) for candidate in (codes, factors, noise)))
        for metric in (mutual_information_gap, factor_vae_score)
    }


def some(split):
    """A split, or a fixed random part of a large one."""
    chosen = np.random.default_rng(0).permutation(len(split))[:IMAGES]
    return split.subset(np.sort(chosen))


def none_of(group, reason):
    """The reason why a model has none of the metrics of a group."""
    return {name: reason for name, metric in CATALOGUE.items() if metric.group == group}
