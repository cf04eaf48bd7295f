from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--values", type=click.IntRange(20), default=3000, show_default=True, help="Test values, encoded.")
@click.option("--clusters", type=click.IntRange(2), help="Groups of codes of tiles.  [default: types of islands, or 4]")
def command(run, values, clusters):
    """Show what the codes of the model of RUN mean: samples, traversals, ways, concepts, maps, outliers.

    Everything is shown on values that training never saw, and written to RUN/latent. Of a run on tiles of large
    images also maps by place, clusters and a whole section.

    \b
    Example:
      kgen latent runs/mnist
    """
    from kgen.experiments.contents import LATENT, LATENT_FILES
    from kgen.experiments.exploring import explored
    from kgen.experiments.tables import told
    from kgen.runs.run import Run

    numbers = explored(Run.open(run), values, clusters).write()
    click.echo(f"{told(numbers)}\n")
    for name, meaning in LATENT_FILES.items():
        if (run / LATENT / name).exists():
            click.echo(f"  {run / LATENT / name}  {meaning}")
