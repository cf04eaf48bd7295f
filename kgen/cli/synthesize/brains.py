import shlex
from pathlib import Path
from typing import Any

import click

from kgen.cli.synthesize import options

OVERVIEW = "overview.png"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--subjects",
    default=400,
    show_default=True,
    help="Number of subjects, half of them with the disease; at least 10.",
)
@click.option(
    "--size",
    default=96,
    show_default=True,
    help="Pixels per side of 216 mm, 32 to 256.",
)
@click.option("--volumes", is_flag=True, help="Whole brains instead of axial slices.")
@click.option(
    "--effect",
    default=2.5,
    show_default=True,
    help="Effect size D of the disease; 0 for none.",
)
@click.option(
    "--varied",
    is_flag=True,
    help="Double the variation of the anatomy; vary tilt and size of the heads.",
)
@click.option(
    "--tumours", is_flag=True, help="Add a tumour to every other subject of each class."
)
@click.option("--ct", is_flag=True, help="Also simulate the CT of each subject.")
@click.option(
    "--misaligned",
    default=0.0,
    metavar="MM",
    help="Largest shift between CT and MR, mm; 0 to 20.",
)
@options.seed
def command(
    folder: Path,
    subjects: int,
    size: int,
    volumes: bool,
    effect: float,
    varied: bool,
    tumours: bool,
    ct: bool,
    misaligned: float,
    seed: int,
) -> None:
    """Simulate brains with and without a disease of known effect: NIfTI and PNG files, arrays, a
    table, and the ground truth.

    The same command continues after an interruption.

    \b
    Example:
      kgen data synthesize brains phantoms --subjects 400 --size 64
      kgen data synthesize brains volumes --subjects 100 --size 96 --volumes
      kgen data synthesize brains off --subjects 400 --size 64 --ct --misaligned 4
    """
    from kgen.data.phantoms import Brains
    from kgen.data.phantoms.overview import overview
    from kgen.data.phantoms.writing import write

    given: dict[str, Any] = {
        "calm": not varied,
        "tumours": tumours,
        "misaligned": misaligned,
    }
    population = Brains(size, volumes, effect, **given)
    found = write(folder, population, subjects, seed, ct)
    if not (folder / OVERVIEW).exists():
        overview(population, seed).savefig(folder / OVERVIEW)
    click.echo("\n".join([*_told(folder, found), *_next(folder, volumes)]))


def _told(folder, found):
    from kgen.data.phantoms.findings import measured_columns

    yield (
        f"Written to {folder}: table.csv, truth.json, {OVERVIEW} "
        "and the files that the table names."
    )
    for name, means in found["mean"].items():
        told = [
            f"{_plain(key)} {_short(means[key])}" for key in measured_columns(means)
        ]
        yield f"{name}: {', '.join(told)}"
    yield f"accuracy of who sees latent variables and age: {found['accuracy_from_latents']:.3f}"
    yield (
        f"accuracy of a linear classifier on the areas measured: {found['accuracy_from_areas']:.3f}"
    )


def _short(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _plain(key):
    return (
        key.removeprefix("true_")
        .replace("_", " ")
        .replace("mm2", "mm²")
        .replace("mm3", "mm³")
    )


def _next(folder, volumes):
    table = shlex.quote(str(folder / "table.csv"))
    shown = " --data axis=none" if volumes else ""
    yield (
        f"Next: kgen train cvae-cgan --dataset nifti:{table} "
        f"--data label=label --data anatomy=brain{shown}"
    )
    if not volumes:
        pictures = shlex.quote(str(folder / "png"))
        yield f"Or, of the pictures: kgen train cvae-cgan --dataset folder:{pictures}"
