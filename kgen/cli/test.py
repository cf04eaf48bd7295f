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
    from kgen.runs import testing
    from kgen.runs.run import Run

    numbers = testing.test(Run.open(run))
    for name, value in numbers.items():
        click.echo(f"{name:32} {value:.4f}")
    pictures = run / "test_reconstructions.png"
    click.echo(f"Written to {run / 'metrics.json'}" + (f"; pictures in {pictures}" if pictures.exists() else ""))
