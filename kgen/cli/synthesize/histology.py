import shlex
from pathlib import Path

import click

from kgen.cli.synthesize import options

OVERVIEW, SHARP = "overview.png", 200


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--patches",
    default=4000,
    show_default=True,
    help="Training patches, at least 80; validation and test each have an eighth as many.",
)
@click.option(
    "--effect",
    default=0.7,
    show_default=True,
    help="Difference between the nuclei of tumours and others, 0 to 2.",
)
@options.seed
def command(folder: Path, patches: int, effect: float, seed: int) -> None:
    """Simulate patches of stained lymph nodes, labelled by their centre, in PatchCamelyon's file
    layout, with the ground truth.

    \b
    Example:
      kgen data synthesize histology twin --patches 4000
    """
    from kgen.data.histology import Patches
    from kgen.data.histology.overview import overview
    from kgen.data.histology.writing import write

    drawn = Patches(effect, seed)
    truth = write(folder, drawn, patches)
    overview(drawn).savefig(folder / OVERVIEW, dpi=SHARP)
    click.echo(
        f"Written to {folder}: PatchCamelyon's files, truth.csv, truth.json, {OVERVIEW}."
    )
    nuclei, colours = truth["auroc_of_nuclei"], truth["auroc_of_colours"]
    click.echo(
        f"AUROC of who counts and measures the nuclei of the centre: {nuclei:.3f}"
    )
    click.echo(f"AUROC of who sees the colours of the centre alone: {colours:.3f}")
    # A shift of what D sees would move the tumour out of the centre.
    options = "--data size=64 --data flip=true --set shift=0 --set stain=0.05"
    click.echo(
        f"Next: kgen train acgan --dataset pcam:{shlex.quote(str(folder))} {options}"
    )
