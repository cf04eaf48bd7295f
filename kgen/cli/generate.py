from pathlib import Path

import click

from kgen.checks import counted


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--label",
    metavar="CLASS",
    help="The class to draw, by its name or number; all in turn unless given.",
)
@click.option(
    "--count", type=click.IntRange(1), default=64, show_default=True, help="How many values."
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Repeats the same values."
)
@click.option(
    "--size",
    type=click.IntRange(1),
    help="Points along each side, of models that paint canvases of any size.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="FILE.png, .npz or .csv.  [default: RUN/generated.png]",
)
def command(
    run: Path, label: str | None, count: int, seed: int, size: int | None, out: Path | None
) -> None:
    """Draw samples from the model of RUN.

    \b
    Example:
      kgen generate runs/mnist --label 3 --count 64 --seed 0 --out threes.png
      kgen generate runs/mri --label MildDemented
      kgen generate runs/bricks --size 256 --count 4
    """
    out = out or run / "generated.png"
    if out.suffix not in (".png", ".npz", ".csv"):
        raise click.UsageError(
            f"--out {out} should end in .png (a picture), .npz (arrays x and y) or .csv (a table)."
        )
    from kgen.experiments import generating
    from kgen.runs.run import Run

    generating.generate(Run.open(run), label, count, seed, out, size)
    click.echo(f"{counted(count, 'value')} written to {out}")
