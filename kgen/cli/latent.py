from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--values",
    type=click.IntRange(20),
    default=3000,
    show_default=True,
    help="Number of encoded test values.",
)
@click.option(
    "--clusters",
    type=click.IntRange(2),
    help="Number of clusters of tiles.  [default: number of island types, or 4]",
)
@click.option(
    "--gene-sets",
    "sets",
    type=click.Path(path_type=Path),
    metavar="FILE.gmt",
    help="Gene sets; tests their enrichment among the genes of each feature.",
)
def command(run: Path, values: int, clusters: int | None, sets: Path | None) -> None:
    """Write figures of the latent space of RUN: samples, traversals, interpolation, concepts, maps,
    outliers.

    The figures use test values and are written to RUN/latent. For tiles of large images, they also
    show maps by position, clusters and a whole section. For vectors with column names, such as
    genes, figures and tables also show how features relate to covariates and columns.

    \b
    Example:
      kgen latent runs/mnist
      kgen latent runs/tissues --gene-sets modules.gmt
    """
    from kgen.experiments.contents import LATENT, LATENT_FILES
    from kgen.experiments.exploring import explored
    from kgen.experiments.tables import told
    from kgen.runs.run import Run

    numbers = explored(Run.open(run), values, clusters, sets).write()
    click.echo(f"{told(numbers)}\n")
    for name, meaning in LATENT_FILES.items():
        if (run / LATENT / name).exists():
            click.echo(f"  {run / LATENT / name}  {meaning}")
