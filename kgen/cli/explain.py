from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--images",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What is explained, several times if need be: pictures, a folder, a .npz file.  "
    "[default: test values]",
)
@click.option(
    "--label",
    metavar="CLASS",
    help="The class that is explained, by its name or number; the likeliest.",
)
def command(run: Path, images: tuple[Path, ...], label: str | None) -> None:
    """Show what within a value led to the answer of RUN's model, and whether that is to be
    believed.

    Guided backpropagation, Grad-CAM and occlusion beside each other, written to RUN/explanations
    with the maps as arrays; docs/interpret.md explains each.

    \b
    Example:
      kgen explain runs/digits
      kgen explain runs/digits --images three.png --images eight.png --label 3
    """
    from kgen.experiments.contents import EXPLANATION_FILES, EXPLANATIONS
    from kgen.experiments.explaining import explain
    from kgen.experiments.tables import told
    from kgen.runs.run import Run

    numbers = explain(Run.open(run), images, label)
    click.echo(f"{told(numbers)}\n")
    for name, meaning in EXPLANATION_FILES.items():
        click.echo(f"  {run / EXPLANATIONS / name}  {meaning}")
