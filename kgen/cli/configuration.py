"""A training's configuration, from the command line and from another run's config.json."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from kgen.decoding import Undecodable, read_object
from kgen.names import remaining
from kgen.runs.config import EVERY, WRITTEN, RunConfig


def setting(
    ctx: click.Context, param: click.Parameter, values: Iterable[str]
) -> dict[str, str]:
    """``name=value`` pairs as a dict of texts; the model converts each to the option's type."""
    options: dict[str, str] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE, e.g. beta=0.5.")
        name = name.replace("-", "_")
        _check_once(name, options)
        options[name] = value
    return options


def data_options(
    ctx: click.Context, param: click.Parameter, values: Iterable[str]
) -> dict[str, str]:
    """``name=value`` pairs as a dict of texts for the data set's source.

    The values of a repeated name are joined by commas.
    """
    options: dict[str, str] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not value:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE, e.g. size=64.")
        options[name] = f"{options[name]},{value}" if name in options else value
    return options


def learning_rates(
    ctx: click.Context, param: click.Parameter, values: Iterable[str]
) -> dict[str, float] | None:
    """``player=rate`` pairs as a dict; a rate alone is for all players. ``None`` if empty."""
    rates: dict[str, float] = {}
    for text in values:
        player, _, number = text.rpartition("=")
        _check_once(player or EVERY, rates)
        rates[player or EVERY] = rate = click.FLOAT(number, param, ctx)
        if not 0.0 < rate < math.inf:
            raise click.BadParameter(
                f"{text!r} is not [PLAYER=]RATE with a number above 0, e.g. discriminator=1e-4."
            )
    return rates or None


def _check_once(name, given):
    if name in given:
        raise click.BadParameter(f"{name} is given twice. Give it once.")


def asked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {
        name: value for name, value in options.items() if value not in (None, (), {})
    }


def configuration(
    file: Path | None, given: Mapping[str, Any], options: Mapping[str, Any]
) -> RunConfig:
    """The ``RunConfig`` of the ``--config`` file, overridden by the command line."""
    read = _read(file)
    values = {**read, **given, "options": {**read.get("options", {}), **options}}
    values["data"] = {**read.get("data", {}), **given.get("data", {})}
    for name, where in (
        ("model", "a MODEL, see kgen models"),
        ("dataset", "--dataset NAME, see kgen datasets"),
    ):
        if name not in values:
            raise click.UsageError(f"Give {where}.")
    try:
        return RunConfig.of(values)
    except ValueError as error:
        raise click.UsageError(
            f"{f'--config {file}: ' if file else ''}{error}"
        ) from error


def _read(file):
    """The settings of a config.json, without those that a training adds to it."""
    if file is None:
        return {}
    try:
        values = read_object(file, "Give the config.json of a run.")
        RunConfig.check_names(values)
        own = remaining(values, WRITTEN)
        RunConfig.check_types(own)
    except Undecodable as error:
        raise click.UsageError(f"--config {error}") from error
    except ValueError as error:
        raise click.UsageError(f"--config {file}: {error}") from error
    return own


def default_path(config: RunConfig, prefix: str = "") -> Path:
    """The default path of a run without ``--run``."""
    name = f"{prefix}{config.model}-{config.dataset}"
    return Path("runs") / name.replace(":", "-").replace("/", "-")
