from pathlib import Path

import click

from kgen.cli.quoting import quoted
from kgen.cli.synthesize import options


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--samples", default=600, show_default=True, help="Number of samples, at least 30."
)
@click.option(
    "--genes",
    default=1000,
    show_default=True,
    help="Number of genes, at least 5 per module and 10 for sex.",
)
@click.option(
    "--modules",
    default=20,
    show_default=True,
    help="Number of modules of correlated genes, at least 2.",
)
@options.seed
def command(folder: Path, samples: int, genes: int, modules: int, seed: int) -> None:
    """Simulate gene expression in six tissues of women and men, in three batches, with the ground
    truth.

    Files: expression.csv, covariates.csv, modules.gmt (the genes of each module, and random gene
    sets), truth.npz.

    \b
    Example:
      kgen data synthesize expression tissues --samples 600
    """
    from kgen.data.expression.tissues import Tissues
    from kgen.data.expression.writing import COVARIATES, EXPRESSION, SETS, TRUTH, write

    write(folder, Tissues(genes, modules, seed), samples)
    click.echo(f"Written to {folder}: {EXPRESSION}, {COVARIATES}, {SETS}, {TRUTH}.")
    table, covariates = quoted(folder, EXPRESSION, COVARIATES)
    given = f"--data covariates_file={covariates}"
    click.echo(f"Next: kgen train tybalt --dataset csv:{table} {given}")
