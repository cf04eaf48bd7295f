from pathlib import Path

import click

from kgen.cli.quoting import quoted
from kgen.cli.synthesize import options

OVERVIEW, SHARP = "overview.png", 300


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--subjects",
    default=800,
    show_default=True,
    help="Number of persons, half of them with fluid; at least 10. A threshold of kgen test "
    "needs 19 persons without fluid in the validation: about 700 in all.",
)
@click.option(
    "--size", default=64, show_default=True, help="Pixels per side, 32 to 256."
)
@options.seed
def command(folder: Path, subjects: int, size: int, seed: int) -> None:
    """Simulate OCT scans of the macula, with and without fluid: arrays, pictures, and the ground
    truth.

    \b
    Example:
      kgen data synthesize retina eyes --subjects 800 --size 64
    """
    from kgen.data.retina import Retinas
    from kgen.data.retina.overview import overview
    from kgen.data.retina.writing import ARRAYS, NEW, NORMAL, SURFACES, TRUTH, write

    retinas = Retinas(size)
    counts = write(folder, retinas, subjects, seed)
    overview(retinas, seed).savefig(folder / OVERVIEW, dpi=SHARP)
    pictures = f"{NORMAL} ({counts[NORMAL]} pictures), {NEW} ({counts[NEW]})"
    click.echo(
        f"Written to {folder}: {ARRAYS}, {pictures}, {TRUTH}, {SURFACES}, {OVERVIEW}."
    )
    epochs = "--epochs 600 --batch-size 40 --set game_epochs=400"
    arrays, normal = quoted(folder, ARRAYS, NORMAL)
    click.echo(
        f"Next: kgen train f-anogan --dataset npz:{arrays} --data normal_only=true {epochs}"
    )
    click.echo(
        f"Or, of the pictures: kgen train f-anogan --dataset folder:{normal} {epochs}"
    )
