from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
def command(run):
    """Measure RUN on the test split that its training never saw.

    \b
    Example:
      kgen test runs/digits
    """
    from kgen.experiments import testing
    from kgen.experiments.report import files
    from kgen.experiments.tables import table
    from kgen.runs.run import Run

    click.echo(table(testing.tested(Run.open(run))))
    click.echo(f"\nWritten to {run / 'metrics.json'}")
    for name, meaning in files().items():
        if name.startswith("test_") and (run / name).exists():
            click.echo(f"  {run / name}  {meaning}")
