from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
def command(run: Path, source: Path, out: Path) -> None:
    """Transfer the texture that the model of RUN learned to a picture.

    IN is a picture of any size; OUT, a .png file, has the same size.

    \b
    Example:
      kgen restyle runs/bricks photo.png bricks.png
    """
    if out.suffix != ".png":
        raise click.UsageError(f"{out} should end in .png.")
    from kgen.experiments import restyling
    from kgen.runs.run import Run

    restyling.restyle(Run.open(run), source, out)
    click.echo(f"{source} painted as {out}")
