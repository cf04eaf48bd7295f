"""The options of ``hdf5:FILE``."""

import click

from kgen.data.sources import TILES

OPTIONS = (
    click.option("--tile-size", type=click.IntRange(8), help="Of hdf5:FILE: pixels a side of a tile.  [default: 64]"),
    click.option("--test-group", metavar="GROUP", help="The group that training never sees.  [default: the last one]"),
    click.option(
        "--sampling",
        type=click.Choice(["location", "image"]),
        help="Every place is equally likely, or every image is.  [default: location]",
    ),
    click.option("--memory", metavar="SIZE", help="What pixels may take of it, such as 512MB.  [default: 2GB]"),
    click.option(
        "--steps-per-epoch",
        type=click.IntRange(1),
        help="Batches an epoch.  [default: as many tiles as lie side by side]",
    ),
    click.option(
        "--augment",
        type=click.Choice(["flip", "turn", "brightness", "contrast"]),
        multiple=True,
        help="Change training tiles at random; may be repeated.",
    ),
    click.option("--subset", type=click.IntRange(1), metavar="N", help="Only N images of each training group."),
    click.option("--skip", multiple=True, metavar="NAME", help="A GROUP or GROUP/IMAGE to leave out; may be repeated."),
    click.option("--skip-small", is_flag=True, default=None, help="Leave out images that are smaller than a tile."),
)


def tile_options(command):
    """Adds the options to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def taken(given):
    """Takes the options that were given out of the arguments of a command."""
    found = {name: given.pop(name) for name in TILES if name in given}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
