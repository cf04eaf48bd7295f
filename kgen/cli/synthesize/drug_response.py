from pathlib import Path

import click

from kgen.cli.quoting import quoted
from kgen.cli.synthesize import options


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--cell-lines", default=400, show_default=True, help="At least 20.")
@click.option("--genes", default=200, show_default=True, help="At least 16.")
@options.seed
def command(folder: Path, cell_lines: int, genes: int, seed: int) -> None:
    """Simulate the expression of cell lines before and after three drugs, their responses, and the
    ground truth (CSV and JSON).

    The response to the drug linear follows the sum of two gene modules. The response to interaction
    follows their product. The response to unrelated is random.

    \b
    Example:
      kgen data synthesize drug-response screen --cell-lines 400
    """
    from kgen.data.drugs.screen import Screen
    from kgen.data.drugs.writing import write

    truth = write(folder, Screen(genes, seed), cell_lines)
    click.echo(f"Written to {folder}: before.csv, after.csv, response.csv, truth.json.")
    for drug, best in truth["drugs"].items():
        known = f"AUROC {best['auroc']:.3f}, squared error after it {best['squared_error']:.3f}"
        click.echo(f"{drug}: the best there can be, of who knows the modules: {known}")
    click.echo(
        f"Next: kgen train dr-vae --dataset {_source(folder)} --data drug=interaction"
    )


def _source(folder):
    names = "before.csv", "after.csv", "response.csv"
    before, after, response = quoted(folder, *names)
    return f"perturbation:{before} --data after={after} --data response={response}"
