from pathlib import Path

import click

from kgen.cli.synthesize import options


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.h5")
@click.option(
    "--size",
    default="200MB",
    show_default=True,
    help="Uncompressed size of all images, such as 2.5GB.",
)
@options.seed
@click.option(
    "--compression",
    type=click.Choice(["gzip"]),
    help="Compress in chunks of 256 × 256 pixels.  [default: uncompressed, one piece]",
)
def command(file: Path, size: str, seed: int, compression: str | None) -> None:
    """Simulate an HDF5 file of brain sections: two kinds of islands of cells at known positions.

    \b
    Example:
      kgen data synthesize tiles sections.h5 --size 200MB --seed 0
    """
    from kgen.data.tiles.synthetic import synthesize

    synthesize(file, size, seed, compression)
    click.echo(f"Written to {file}. Next: kgen data inspect {file}")
