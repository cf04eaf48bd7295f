from pathlib import Path

import click


@click.command()
@click.argument(
    "runs",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="RUN RUN …",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("comparison"),
    show_default=True, metavar="DIR", help="Where to write the table and the picture.",
)  # fmt: skip
def command(runs: tuple[Path, ...], out: Path) -> None:
    """Compare runs of one data set: a table (Markdown, CSV), and samples with one seed.

    Runs without the metrics of kgen evaluate are evaluated first.

    \b
    Example:
      kgen compare runs/vae runs/cvae runs/cvae-cgan --out comparison
    """
    if len(runs) < 2:
        raise click.UsageError(
            "Give at least two runs, as in kgen compare runs/vae runs/cvae."
        )
    from kgen.experiments.comparing import compare
    from kgen.runs.run import Run

    click.echo(compare(list(map(Run.open, runs)), out))
    written = sorted(path.name for path in out.glob("comparison.*"))
    click.echo(f"Written to {out}: {', '.join(written)}")
