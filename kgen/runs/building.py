"""A compiled model from a training's configuration."""

import contextlib
import inspect

import keras

from kgen.engine import checks
from kgen.likelihoods import Bernoulli
from kgen.runs.options import fitted
from kgen.runs.run import EVERY

PRECISIONS = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def build(cls, dataset, config):
    """A compiled model for the shape and classes of a data set."""
    arguments = {"seed": config["seed"], **fitted(cls, dataset, config["options"])}
    if "num_classes" in inspect.signature(cls.from_shape).parameters:
        _check_labelled(config["model"], dataset)
        arguments["num_classes"] = dataset.num_classes
    with _precision(config["precision"]):
        model = cls.from_shape(dataset.image_shape, **arguments)
    _check_binary(config, model, dataset)
    model.compile()
    _set_learning_rates(model, config["learning_rates"])
    return model


def _set_learning_rates(model, rates):
    players = model.optimizers
    for name in sorted(rates, key=lambda name: name != EVERY):  # a player's own after that of all
        if name not in (EVERY, *players):
            raise ValueError(
                f"--learning-rate {name}={rates[name]}: {type(model).__name__} has no player {name!r}, but "
                f"{', '.join(players)}. Without a name, the rate is that of all."
            )
        checks.check_positive(**{f"learning rate of {name}": rates[name]})
        for player in players if name == EVERY else [name]:
            players[player].learning_rate = rates[name]


def _check_labelled(name, dataset):
    if not dataset.labelled:
        raise ValueError(
            f"{name} is told classes, which {dataset.name} does not have. Choose a model without labels, such as vae."
        )


def _check_binary(config, model, dataset):
    if dataset.pixel_range is not None:
        dataset.binarised(config["binarisation"])  # which it refuses
    likelihood, kind = getattr(model, "likelihood", None), config["binarisation"]
    if kind != "none" and not isinstance(likelihood, Bernoulli):
        what = f"the likelihood {type(likelihood).__name__.lower()}" if likelihood else "no likelihood"
        raise ValueError(
            f"--binarisation {kind} makes pixels 0 or 1, which only the Bernoulli likelihood describes, but "
            f"{config['model']} has {what}. Leave --binarisation out, or choose likelihood=bernoulli."
        )


@contextlib.contextmanager
def _precision(name):
    if name not in PRECISIONS:
        raise ValueError(f"precision={name!r} is not known. Choose one of {', '.join(PRECISIONS)}.")
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(PRECISIONS[name])
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
