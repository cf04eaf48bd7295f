from pathlib import Path

import click

GROUPS = "likelihood", "samples", "latent"


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--metrics",
    default=",".join(GROUPS),
    show_default=True,
    callback=lambda ctx, param, text: _groups(text),
    help="Which groups, with commas.",
)
@click.option("--samples", type=click.IntRange(2), default=10_000, show_default=True, help="Images to compare.")
@click.option("--codes", type=click.IntRange(1), default=100, show_default=True, help="k; 5000 in papers.")
@click.option(
    "--features",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A .keras model whose outputs images are compared in.  [default: the outside classifier's]",
)
@click.option("--trust", is_flag=True, help="Believe an outside classifier below 95 % on real images.")
def command(run, metrics, samples, codes, features, trust):
    """Measure the model of RUN: likelihood, samples against data, latent space.

    Every number stands beside that of real images, the floor, and of a trivial baseline; docs/metrics.md explains each.

    \b
    Example:
      kgen evaluate runs/mnist
      kgen evaluate runs/vae --metrics likelihood --codes 5000
    """
    from kgen.runs.evaluating import evaluate
    from kgen.runs.run import Run
    from kgen.runs.tables import table

    opened = Run.open(run)
    evaluation = evaluate(opened, metrics, samples, codes, features and _features(features), trust)
    click.echo(table(evaluation))
    click.echo(f"\nWritten to {run / 'metrics.json'}. Beside others: kgen compare {run} RUN …")


def _groups(text):
    chosen = text.split(",")
    for name in chosen:
        if name not in GROUPS:
            raise click.BadParameter(f"{name!r} is not one of {', '.join(GROUPS)}.")
    return chosen


def _features(path):
    import keras

    from kgen.metrics import Features

    return Features(keras.saving.load_model(path))
