"""A compiled model from a training's configuration."""

import contextlib
import dataclasses
import itertools
import math
from typing import Any

import keras

from kgen import checks, tasks
from kgen.data.anomalies import check_normal, check_varied
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.engine import GenerativeModel
from kgen.engine.accepts import refusal, taken
from kgen.engine.options import options_of, settings_for, suggested, typed
from kgen.experiments.schedules import CONSTANT, SCHEDULES, schedule
from kgen.models import MODELS
from kgen.names import remaining, selected
from kgen.runs.config import EVERY, RunConfig

PRECISIONS = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
OF_TRAINING = {entry.name for entry in dataclasses.fields(RunConfig)}


def asked(config: RunConfig) -> RunConfig:
    """The configuration with its options in the types of the model.

    Raises for options that the model does not have, before any data are read.
    """
    for name in sorted(config.options.keys() & OF_TRAINING):
        raise ValueError(
            f"The option {name!r} is not of the model alone: give it as the {name} of the training."
        )
    checks.check_known(
        "learning rate schedule", config.learning_rate_schedule, SCHEDULES
    )
    return config.replaced(
        options=typed(config.model, config.model_class(), config.options)
    )


def own_options(cls: type[GenerativeModel]) -> dict[str, Any]:
    """The model's own options, without those of its training."""
    return remaining(options_of(cls), OF_TRAINING)


def completed(config: RunConfig, dataset: Data) -> RunConfig:
    """The configuration with fingerprint and pixel size of the data set, and fitting settings.

    Settings in the configuration take precedence.
    """
    cls, fields = config.model_class(), dataset.fields
    settings = settings_for(cls, fields, len(dataset.train))
    options = {
        **suggested(cls, fields),
        **_options(settings, config, dataset),
        **config.options,
    }
    known = {"fingerprint": dataset.fingerprint, "pixel": _pixel(dataset)}
    return config.replaced(options=options, **known, **_rates(settings, config))


def _pixel(dataset):
    """Millimetres per pixel of the images; 0 if they are not known or differ between axes."""
    sizes = set(dataset.spacing or ())
    return sizes.pop() if len(sizes) == 1 else 0.0


def _options(settings, config, dataset):
    """The options of ``settings``; binary pixels keep the likelihood of the model."""
    options = settings.get("options", {})
    coins = options and (config.binarisation != "none" or dataset.train.binary)
    return remaining(options, ["likelihood"]) if coins else options


def _rates(settings, config):
    """Learning rates and schedule of ``settings``, unless the configuration sets either."""
    rates = ("learning_rates", "learning_rate_schedule")
    asked = config.learning_rates or config.learning_rate_schedule != CONSTANT
    return {} if asked else selected(settings, rates)


def build(config: RunConfig, dataset: Data) -> GenerativeModel:
    """A compiled model for the fields of a data set whose pixels are as the training sees them."""
    cls = config.model_class()
    _check_taken(config.model, cls, dataset)
    _check_registered(cls, *map(type, dataset.fields.values()))
    with _precision(config.precision):
        model = cls.from_fields(
            **taken(cls, dataset.fields), seed=config.seed, **config.options
        )
    _check_binary(config, model, dataset)
    _check_stages(config, model)
    _check_normal(cls, dataset)
    _check_compared(cls, dataset)
    _check_balanced(config, dataset)
    model.compile()
    _set_learning_rates(model, config.learning_rates)
    schedule(model, config.learning_rate_schedule, steps_of(config, dataset))
    return model


def steps_of(config: RunConfig, dataset: Data) -> int:
    """The number of training steps."""
    return config.epochs * dataset.train.steps(
        config.batch_size, config.steps_per_execution
    )


def _set_learning_rates(model, rates):
    players = model.optimizers
    # First the rate of all, then a player's own.
    for name in sorted(rates, key=lambda name: name != EVERY):
        if name not in (EVERY, *players):
            raise ValueError(
                f"learning rate {name}={rates[name]}: "
                f"{type(model).__name__} has no player {name!r}, but {', '.join(players)}. "
                "Without a name, the rate is that of all."
            )
        checks.check_positive(**{f"learning rate of {name}": rates[name]})
        for player in players if name == EVERY else [name]:
            players[player].learning_rate = rates[name]


def _check_taken(name, cls, dataset):
    reason = refusal(cls, dataset.fields)
    if not reason:
        return
    others = []
    for other, entry in MODELS.items():
        if not refusal(entry.load(), dataset.fields):
            others.append(other)
    way_out = "No model takes these."
    if others:
        way_out = f"These take {dataset.name}: {', '.join(others)}."
    raise ValueError(f"{name} cannot be trained on {dataset.name}: {reason}. {way_out}")


def _check_registered(*classes):
    # Otherwise a run of hours could not be read again.
    for cls in classes:
        name = keras.saving.get_registered_name(cls)
        if keras.saving.get_registered_object(name) is not cls:
            raise ValueError(
                f"{cls.__name__} could not be read from a file again: decorate it with "
                "@keras.saving.register_keras_serializable(PACKAGE)."
            )


def _check_balanced(config, dataset):
    if config.balanced and not dataset.classes:
        raise ValueError(
            f"balanced=true weighs classes alike; {dataset.name} has none. "
            "Leave it out, or give labels."
        )


def _check_normal(cls, dataset):
    if tasks.able("detect", cls):
        check_normal(dataset)
        if isinstance(dataset.train, Split):
            check_varied(dataset.name, dataset.train["x"])


def _check_compared(cls, dataset):
    """Raises if diversity, which is a mean over pairs, cannot be measured."""
    if tasks.able("play", cls) and len(dataset.validation) < 2:
        raise ValueError(
            f"{dataset.name} has 1 validation value, and samples of {cls.__name__} are compared "
            "with pairs of them. Add values, or give an official validation split."
        )


def _check_stages(config, model):
    last, final = model.stage_after(config.epochs - 1), model.stage_after(math.inf)
    if last != final:
        needed = 1 + next(
            e for e in itertools.count(config.epochs) if model.stage_after(e) == final
        )
        raise ValueError(
            f"epochs={config.epochs} ends in the stage {last!r} of {config.model}, before its "
            f"stage {final!r} begins. Give epochs={needed} or more, or shorten the stages."
        )


def _check_binary(config, model, dataset):
    kind = config.binarisation
    if kind == "none":
        return
    density = tasks.named("likelihood", model, dataset)
    if not density.is_of_coins(model):
        raise ValueError(
            f"binarisation={kind!r} makes pixels 0 or 1, "
            "which only the Bernoulli likelihood describes, but "
            f"{config.model} has the likelihood {type(model.likelihood).__name__.lower()}. "
            "Leave binarisation out, or choose likelihood=bernoulli."
        )


@contextlib.contextmanager
def _precision(name):
    if name not in PRECISIONS:
        raise ValueError(
            f"precision={name!r} is not known. Choose one of {', '.join(PRECISIONS)}."
        )
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(PRECISIONS[name])
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
