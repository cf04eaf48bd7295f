from pathlib import Path

import click

from kgen.checks import counted


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--label",
    metavar="CLASS",
    help="The class of the samples, by name or number.  [default: all in turn]",
)
@click.option(
    "--count",
    type=click.IntRange(1),
    default=64,
    show_default=True,
    help="Number of samples.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="The same seed gives the same samples.",
)
@click.option(
    "--size",
    type=click.IntRange(1),
    help="Side length in pixels, for models that generate any size.",
)
@click.option(
    "--truncation",
    type=click.FloatRange(0.0, 1.0),
    metavar="PSI",
    help="0 to 1: below 1, samples are more typical and less varied. For models with truncation.",
)
@click.option(
    "--mix",
    type=click.IntRange(0),
    metavar="LAYER",
    help="Style mixing: a grid with the row's style before this layer, then the column's.",
)
@click.option(
    "--walk",
    metavar="CLASS,CLASS",
    help="Interpolate between these classes, one z per row. For models that embed classes.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Output file: .png, .npz or .csv.  [default: RUN/generated.png]",
)
def command(
    run: Path, label: str | None, count: int, seed: int, size: int | None,
    truncation: float | None, mix: int | None, walk: str | None, out: Path | None,
) -> None:  # fmt: skip
    """Generate samples with the model of RUN.

    \b
    Example:
      kgen generate runs/mnist --label 3 --count 64 --seed 0 --out threes.png
      kgen generate runs/mri --label MildDemented
      kgen generate runs/bricks --size 256 --count 4
      kgen generate runs/mnist --walk 3,8,0 --count 45 --out walk.png
      kgen generate runs/sprites --truncation 0.7
      kgen generate runs/sprites --truncation 0.7 --mix 4 --count 36 --out mixed.png
    """
    out = out or run / "generated.png"
    if out.suffix not in (".png", ".npz", ".csv"):
        raise click.UsageError(
            f"--out {out} should end in .png (a picture), .npz (arrays x and y) or .csv (a table)."
        )
    _check_together(label, size, truncation, mix, out)
    _check_walk(walk, (label, size, truncation, mix), out)
    from kgen.experiments import generating
    from kgen.runs.run import Run

    opened = Run.open(run)
    if walk is not None:
        count = generating.walk(opened, walk.split(","), count, seed, out)
    elif mix is not None:
        count = generating.mix(opened, mix, count, seed, out, truncation)
    else:
        generating.generate(opened, label, count, seed, out, size, truncation)
    click.echo(f"{counted(count, 'value')} written to {out}")


def _check_together(label, size, truncation, mix, out):
    """Raises for options of which one would have no effect."""
    if size is not None and truncation is not None:
        raise click.UsageError(
            "--size draws canvases, which know no --truncation. Leave one out."
        )
    if mix is not None and (label is not None or size is not None):
        raise click.UsageError("--mix knows no --label and no --size. Leave them out.")
    if mix is not None and out.suffix != ".png":
        raise click.UsageError(
            f"--mix draws a picture: --out {out} should end in .png."
        )


def _check_walk(walk, others, out):
    """Raises where a walk would not draw what is asked for."""
    if walk is None:
        return
    if any(other is not None for other in others):
        raise click.UsageError(
            "--walk knows no --label, --size, --truncation and --mix. Leave them out."
        )
    if out.suffix != ".png":
        raise click.UsageError(
            f"--walk draws a picture: --out {out} should end in .png."
        )
