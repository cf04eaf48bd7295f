"""What a model should say before it has learnt anything, beside what it says; and whether it can learn at all."""

import math

import keras
import numpy as np

from kgen import data
from kgen.losses import kl_divergence
from kgen.runs.building import build
from kgen.runs.options import check_options, model_class, suggested
from kgen.runs.run import DEFAULTS

LOOKED_AT, EPOCHS, BATCH = 256, 300, 16


def first_losses(model, dataset):
    """A table of the losses before the first step beside what theory expects of them; empty without a likelihood."""
    if not hasattr(model, "likelihood") or model.epochs_trained or not model.fields["x"].standardised:
        return ""
    part = dataset.validation.subset(np.arange(min(LOOKED_AT, len(dataset.validation))))
    reconstruction, divergence = _losses(model, part["x"], part.labels)
    expected = _reconstruction(model, model.fields["x"].scaled(part["x"]))
    kernels = _penalised(model)
    rows = [
        ("reconstruction_loss", reconstruction, expected, "the decoder says 0"),
        ("kl_loss", divergence, 0.0, "codes say nothing"),
        ("penalty", sum(map(_penalty, kernels)), sum(map(_expected_penalty, kernels)), "weights as they are drawn"),
    ]
    lines = [f"{'Before the first step':24}{'found':>12}{'expected':>12}"]
    lines += [f"  {name:22}{value:12.4g}{should:12.4g}  {why}" for name, value, should, why in rows if value or should]
    return "\n".join(lines)


def overfit(config, count):
    """Trains a model on ``count`` images until it should know them by heart; returns the share of them it explains."""
    model, dataset = _untrained({**DEFAULTS, **config})
    _check_can_be_learnt(model, dataset, count)
    some = dataset.validation.subset(np.arange(count))
    x, y = some["x"], some.labels
    repeated = np.resize(np.arange(count), max(count, BATCH))
    labels = None if y is None else y[repeated]
    model.fit(x[repeated], labels, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    again, real = (model.fields["x"].scaled(values) for values in (model.reconstruct(x, y), x))
    return 1.0 - np.mean((again - real) ** 2) / np.var(real)


def _untrained(config):
    cls = model_class(config["model"])
    dataset = data.load(config["dataset"], **config["data"]).binarised(config["binarisation"])
    check_options(config["model"], cls, config["options"])
    config["options"] = {**suggested(cls, dataset), **config["options"]}
    keras.utils.set_random_seed(config["seed"])
    return build(cls, dataset, config), dataset


def _check_can_be_learnt(model, dataset, count):
    if not hasattr(model, "reconstruct"):
        raise ValueError(f"--overfit asks for reconstructions, which {type(model).__name__} has none of. Leave it out.")
    if count > len(dataset.validation):
        raise ValueError(f"--overfit {count} is more than the {len(dataset.validation)} images it can choose from.")


def _losses(model, x, y):
    mean, log_var = model.encode(x, y)
    z = mean + np.exp(0.5 * log_var) * np.random.default_rng(0).standard_normal(mean.shape, dtype="float32")
    divergence = keras.ops.convert_to_numpy(kl_divergence(mean, log_var))
    return -float(model.log_likelihood(x, z, y).mean()), float(divergence.mean())


def _reconstruction(model, x):
    # Of standardised values, whatever they are: a wrong standardisation shows as a difference.
    if model.fields["x"].standardised:
        x = np.random.default_rng(0).standard_normal(x.shape, dtype="float32")
    return -float(np.mean(keras.ops.convert_to_numpy(model.likelihood.log_prob(x, np.zeros_like(x)))))


def _penalised(model):
    layers = [layer for networks in model.players.values() for net in networks for layer in net._flatten_layers()]
    return [layer for layer in layers if getattr(layer, "kernel_regularizer", None)]


def _penalty(layer):
    return float(layer.kernel_regularizer(layer.kernel))


def _expected_penalty(layer):
    # Weights of Glorot & Bengio lie evenly between −limit and limit.
    shape, penalty = layer.kernel.shape, layer.kernel_regularizer
    limit = math.sqrt(6.0 / (math.prod(shape[:-2]) * (shape[-2] + shape[-1])))
    return math.prod(shape) * float(penalty.l1 * limit / 2 + penalty.l2 * limit**2 / 3)
