"""A compiled model from a training's configuration."""

import contextlib

import keras

from kgen.engine import checks
from kgen.engine.accepts import refusal, taken
from kgen.likelihoods import Bernoulli
from kgen.models import MODELS
from kgen.runs.run import EVERY

PRECISIONS = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def build(cls, dataset, config):
    """A compiled model for the fields of a data set, with its pixels as the training sees them."""
    _check_taken(config["model"], cls, dataset)
    arguments = {"seed": config["seed"], **config["options"]}
    with _precision(config["precision"]):
        model = cls.from_fields(**taken(cls, dataset.fields), **arguments)
    _check_binary(config, model)
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


def _check_taken(name, cls, dataset):
    reason = refusal(cls, dataset.fields)
    if reason:
        others = [other for other, entry in MODELS.items() if not refusal(entry.load(), dataset.fields)]
        way_out = f"These take {dataset.name}: {', '.join(others)}." if others else "No model takes these."
        raise ValueError(f"{name} cannot be trained on {dataset.name}: {reason}. {way_out}")


def _check_binary(config, model):
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
