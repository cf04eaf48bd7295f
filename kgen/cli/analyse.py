from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--tiles", type=click.IntRange(20), default=3000, show_default=True, help="Of the test group, encoded.")
@click.option("--clusters", type=click.IntRange(2), help="Groups of codes.  [default: types of islands, or 4]")
@click.option("--steps", type=click.IntRange(2), default=8, show_default=True, help="Images on a line between tiles.")
def command(run, tiles, clusters, steps):
    """Read the latent space of RUN, a model of tiles: samples, lines, maps, clusters, a whole section.

    Everything is shown on the group that training never saw, and written to RUN/analysis.

    \b
    Example:
      kgen analyse runs/tiles
    """
    from kgen.experiments.analysing import FILES, FOLDER, Analysis
    from kgen.runs.run import Run

    numbers = Analysis(Run.open(run), tiles, clusters, steps).write()
    for name, value in numbers.items():
        click.echo(f"  {name:24} {value:.4g}" if isinstance(value, float) else f"  {name:24} {value}")
    for name, meaning in FILES.items():
        click.echo(f"  {run / FOLDER / name}  {meaning}")
