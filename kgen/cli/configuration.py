"""A training's configuration, from the command line and from another run's config.json."""

import json
import math
from pathlib import Path

import click

from kgen.runs.run import DEFAULTS, EVERY

WRITTEN = ("format_version", "fingerprint")


def setting(ctx, param, values):
    """``name=value`` pairs as a dict; values are numbers, true, false or null where they read so, else words."""
    options = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE, e.g. beta=0.5.")
        try:
            options[name.replace("-", "_")] = json.loads(value)
        except json.JSONDecodeError:
            options[name.replace("-", "_")] = value
    return options


def data_options(ctx, param, values):
    """``name=value`` pairs as a dict of texts, which the data set's source reads; repeated names are a list."""
    options = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not value:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE, e.g. size=64.")
        options[name] = f"{options[name]},{value}" if name in options else value
    return options


def learning_rates(ctx, param, values):
    """``player=rate`` pairs as a dict, a rate alone as that of all players; ``None`` where there are none."""
    rates = {}
    for text in values:
        player, _, rate = text.rpartition("=")
        rates[player or EVERY] = rate = click.FLOAT.convert(rate, param, ctx)
        if not 0.0 < rate < math.inf:
            raise click.BadParameter(f"{text!r} is not [PLAYER=]RATE with a number above 0, e.g. discriminator=1e-4.")
    return rates or None


def configuration(file, given, options):
    """What config.json will hold: defaults, over them the ``--config`` file, over both the command line."""
    asked = given.pop("data", {})
    config = {**DEFAULTS, **_read(file), **given}
    config["options"] = {**config["options"], **options}
    config["data"] = {**config["data"], **asked}
    for name, where in (("model", "a MODEL, see kgen models"), ("dataset", "--dataset NAME, see kgen datasets")):
        if name not in config:
            raise click.UsageError(f"Give {where}.")
    for name, least in (("epochs", 1), ("batch_size", 2), ("seed", 0), ("steps_per_execution", 1)):
        if not isinstance(config[name], int) or config[name] < least:
            raise click.UsageError(f"{name}={config[name]!r} in {file} is not a whole number of at least {least}.")
    return config


def _read(file):
    if file is None:
        return {}
    try:
        values = json.loads(file.read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise click.UsageError(f"--config {file} cannot be read as JSON: {error}") from error
    _check_config(file, values)
    return {name: value for name, value in values.items() if name not in WRITTEN}


def _check_config(file, values):
    known = ("model", "dataset", *DEFAULTS)
    if not all(isinstance(part, dict) for part in (values, *_parts(values))):
        raise click.UsageError(f"--config {file} is not a JSON object like the config.json of a run.")
    for name, value in values.items():
        if name not in (*known, *WRITTEN):
            raise click.UsageError(f"--config {file} has {name!r}; known are {', '.join(known)}.")
        if name in ("model", "dataset") and not isinstance(value, str):
            raise click.UsageError(f"--config {file}: {name}={value!r} is not a name.")


def _parts(values):
    return (values.get(name, {}) for name in ("options", "learning_rates", "data")) if isinstance(values, dict) else ()


def default_path(config, prefix=""):
    """Where a run goes that was given no ``--run``."""
    return Path("runs") / f"{prefix}{config['model']}-{config['dataset']}".replace(":", "-").replace("/", "-")
