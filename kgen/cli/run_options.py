"""Options of a run that ``kgen train`` and ``kgen tune`` share.

Where the commands describe an option differently, each gives its own ``help``.
"""

from functools import partial
from pathlib import Path

import click

from kgen.cli.configuration import data_options, learning_rates, setting

dataset = click.option(
    "--dataset",
    metavar="NAME",
    help="digits, mnist, tfds:NAME, hdf5:FILE, …; see kgen datasets.",
)
data = partial(
    click.option,
    "--data",
    multiple=True,
    callback=data_options,
    metavar="NAME=VALUE",
)
epochs = partial(click.option, "--epochs", type=click.IntRange(1))
batch_size = click.option(
    "--batch-size", type=click.IntRange(2), help="Values per step.  [default: 128]"
)
learning_rate = partial(
    click.option,
    "--learning-rate",
    "learning_rates",
    multiple=True,
    callback=learning_rates,
    metavar="[PLAYER=]RATE",
)
learning_rate_schedule = partial(
    click.option,
    "--learning-rate-schedule",
    type=click.Choice(["constant", "cosine", "warmup"]),
)
setting_of_model = partial(
    click.option,
    "--set",
    "options",
    multiple=True,
    callback=setting,
    metavar="NAME=VALUE",
)
seed = partial(click.option, "--seed", type=click.IntRange(0, 2**31 - 1))
config = partial(
    click.option, "--config", type=click.Path(path_type=Path), metavar="FILE"
)
run = partial(click.option, "--run", type=click.Path(path_type=Path), metavar="DIR")
