from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--images",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A picture, a folder or a .npz file to explain; repeat for several.  "
    "[default: test values]",
)
@click.option(
    "--label",
    metavar="CLASS",
    help="The class to explain, by name or number.  [default: the most probable]",
)
def command(run: Path, images: tuple[Path, ...], label: str | None) -> None:
    """Show which parts of a value led to the output of RUN's model, and test these maps.

    The command compares guided backpropagation, Grad-CAM and occlusion. It writes figures and maps
    to RUN/explanations. docs/interpret.md explains the methods.

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
