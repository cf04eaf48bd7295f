from pathlib import Path

import click

from kgen.cli.quoting import quoted
from kgen.cli.synthesize import options

OVERVIEW = "overview.png"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--vessels",
    default=2000,
    show_default=True,
    help="Number of arteries, three per person; at least 30.",
)
@options.seed
def command(folder: Path, vessels: int, seed: int) -> None:
    """Simulate coronary arteries: centrelines with radius, and a table of the ground truth (length,
    tortuosity, curvature, radius, stenosis).

    \b
    Example:
      kgen data synthesize arteries coronaries --vessels 2000
    """
    from kgen.data.arteries import Arteries
    from kgen.data.arteries.overview import overview
    from kgen.data.arteries.writing import TABLE, TRUTH, VESSELS, write

    drawn = Arteries(seed)
    truth = write(folder, drawn, vessels)
    overview(drawn).savefig(folder / OVERVIEW)
    click.echo(f"Written to {folder}: {VESSELS}, {TABLE}, {TRUTH}, {OVERVIEW}.")
    for branch, means in truth["mean"].items():
        told = []
        for name, value in means.items():
            told.append(f"{name.replace('_', ' ')} {value:.3g}")
        click.echo(f"{branch}: {', '.join(told)}")
    source, table = quoted(folder, VESSELS, TABLE)
    click.echo(
        f"Next: kgen train wgan-gp --dataset centrelines:{source} --data table={table}"
    )
