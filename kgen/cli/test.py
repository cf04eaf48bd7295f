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
    from kgen.experiments.tables import judged
    from kgen.runs.run import Run

    opened = Run.open(run)
    numbers = testing.test(opened)
    scores = opened.read_json("metrics.json")["evaluation"]["scores"]
    for name, value in numbers.items():
        click.echo(f"{name:32} {value:.4f}{judged(scores.get(name, {}))}")
    click.echo(f"Written to {run / 'metrics.json'}")
    for name, meaning in files().items():
        if name.startswith("test_") and (run / name).exists():
            click.echo(f"  {run / name}  {meaning}")
