from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--metrics",
    callback=lambda ctx, param, text: text.split(",") if text else None,
    metavar="GROUPS",
    help="Groups of metrics, separated by commas: likelihood,samples.  [default: all]",
)
@click.option(
    "--samples",
    type=click.IntRange(2),
    default=10_000,
    show_default=True,
    help="Number of compared samples and real values.",
)
@click.option(
    "--latents",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Latents k per value for log_likelihood; 5000 in papers.",
)
@click.option(
    "--features",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A .keras model that computes the features.  "
    "[default: the evaluation classifier]",
)
def command(
    run: Path,
    metrics: list[str] | None,
    samples: int,
    latents: int,
    features: Path | None,
) -> None:
    """Measure the model of RUN with every metric that applies: likelihood, samples, latents,
    classes, numbers.

    Each metric is printed with its real-against-real reference and a trivial baseline.
    docs/metrics.md explains the metrics.

    \b
    Example:
      kgen evaluate runs/mnist
      kgen evaluate runs/vae --metrics likelihood --latents 5000
    """
    from kgen.experiments.contents import PAGE, present
    from kgen.experiments.evaluating import evaluate
    from kgen.experiments.tables import table
    from kgen.runs.run import Run
    from kgen.tasks.study import Settings

    settings = Settings(samples, latents, _features(features) if features else None)
    opened = Run.open(run)
    click.echo(table(evaluate(opened, metrics, settings)))
    click.echo(
        f"\nWritten to {run / 'metrics.json'}. Beside others: kgen compare {run} RUN …"
    )
    if PAGE in present(opened):
        click.echo(f"All on one page: {run / PAGE}")


def _features(path):
    import keras

    from kgen.decoding import decoding
    from kgen.metrics import Features

    with decoding(
        path, "a Keras model", "Give one that was saved with model.save(FILE.keras)."
    ):
        model = keras.saving.load_model(path)
    return Features(model)
