from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
def command(run: Path) -> None:
    """Measure RUN on the test split.

    \b
    Example:
      kgen test runs/digits
    """
    from kgen.experiments import testing
    from kgen.experiments.contents import PAGE, present
    from kgen.experiments.tables import table
    from kgen.runs.run import Run

    opened = Run.open(run)
    click.echo(table(testing.tested(opened)))
    click.echo(f"\nWritten to {run / 'metrics.json'}")
    for name, meaning in present(opened).items():
        if name.startswith(("test_", "card.md")):
            click.echo(f"  {run / name}  {meaning}")
    if PAGE in present(opened):
        click.echo(f"All on one page: {run / PAGE}")
