from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--values",
    type=click.IntRange(20),
    default=3000,
    show_default=True,
    help="Test values, encoded.",
)
@click.option(
    "--clusters",
    type=click.IntRange(2),
    help="Groups of latents of tiles.  [default: types of islands, or 4]",
)
@click.option(
    "--gene-sets",
    "sets",
    type=click.Path(path_type=Path),
    metavar="FILE.gmt",
    help="Sets of genes, looked for among those that weigh most in a feature.",
)
def command(run: Path, values: int, clusters: int | None, sets: Path | None) -> None:
    """Show what the latents of the model of RUN mean: samples, traversals, ways, concepts, maps,
    outliers.

    Everything is shown on values that training never saw, and written to RUN/latent. Of a run on
    tiles of large images also maps by place, clusters and a whole section; of vectors with names,
    such as genes, what each feature tells of the covariates, and the columns behind it, as tables
    too.

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
