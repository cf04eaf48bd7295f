from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
def command(run: Path) -> None:
    """Write the model card of RUN (card.md, card.json): data, splits, metrics, limits.

    \b
    Example:
      kgen card runs/brains
    """
    from kgen.experiments.card import CARD, VALUES, write_card
    from kgen.runs.run import Run

    write_card(Run.open(run))
    click.echo(f"Written to {run}: {CARD}, {VALUES}")
