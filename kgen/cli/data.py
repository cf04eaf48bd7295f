import shlex
from pathlib import Path

import click

from kgen.checks import counted
from kgen.cli import synthesize
from kgen.cli.configuration import data_options

# Known without importing Keras: models that draw a given class, models that classify, and the
# models for image pairs and for two unpaired domains.
TOLD = "cvae", "cgan", "acgan", "biggan", "cvae-cgan"
READING = "acgan", "cvae-cgan"
SUITED = {"pairs": "unet", "unpaired": "cycle-gan"}
TABLES = "csv", "tsv", "nifti", "dicom"
TRAINED = 0.7  # of the values, at least; the others are for validation and test
FEW = 32  # values per step, where there are fewer than the default takes


@click.group()
def command() -> None:
    """Inspect or check a file or folder, or simulate data.

    \b
    Example:
      kgen data synthesize tiles sections.h5 --size 200MB
      kgen data inspect sections.h5
    """


@command.command()
@click.argument("path", metavar="PATH")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder for the figures.  [default: FILE-inspected]",
)
@click.option(
    "--test-group",
    metavar="GROUP",
    help="The group used as the test set.  [default: the last one]",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="NAME",
    help="A GROUP or GROUP/IMAGE to leave out, or several separated by commas.",
)
@click.option(
    "--data", "options", multiple=True, callback=data_options, metavar="NAME=VALUE",
    help="For a table: an option of kgen train --data, such as number=COLUMN.",
)  # fmt: skip
def inspect(
    path: str,
    out: Path | None,
    test_group: str | None,
    skip: tuple[str, ...],
    options: dict[str, str],
) -> None:
    """Describe the content of PATH, and print the command that trains on it.

    PATH is a folder of pictures, a table (also one of scans), a .npz file, a folder of
    PatchCamelyon's files, or an HDF5 file of grey images.

    For an HDF5 file, the command also draws the image sizes, and the largest and smallest images.
    For a table with --data number=COLUMN, it also reports and draws the relation of the columns to
    this number, such as an age, and the split.

    \b
    Example:
      kgen data inspect photos
      kgen data inspect table.csv
      kgen data inspect table.csv --data number=age --data subject=person --out look
      kgen data inspect sections.h5 --test-group B20 --out look
    """
    from kgen.data.sources import named_or_bare

    kind, file = named_or_bare(path)
    if kind == "hdf5":
        _inspect_sections(Path(file), out, test_group, skip)
        return
    _check_of_sections(
        path,
        {"--test-group": test_group, "--skip": skip, "--out": None if options else out},
    )
    if options:
        _explore(path, kind, Path(file), out, options)
        return
    found = _look(kind, path)(Path(file))
    click.echo("\n".join([found.told, *_next(kind, file, found)]))


def _check_of_sections(path, given):
    """Raises for options of HDF5 files alone; a table with --data also takes --out."""
    for option, value in given.items():
        if not value:
            continue
        told = ", and of tables with --data number=COLUMN" * (option == "--out")
        raise click.UsageError(
            f"{option} is of HDF5 files{told}; leave it out for {path}."
        )


def _look(kind, path):
    """The function that inspects what a source reads."""
    from kgen.data import inspection
    from kgen.data.histology.inspection import patches_told

    looks = {
        "npz": inspection.arrays_told,
        "pcam": patches_told,
        "h5ad": inspection.annotated_told,
        **dict.fromkeys(TABLES, inspection.table_told),
        **dict.fromkeys(["folder", "pairs", "unpaired"], inspection.pictures_told),
    }
    if kind not in looks:
        raise click.UsageError(
            f"{path} is no file; a training of it says what it holds. Give a file or a folder."
        )
    return looks[kind]


def _next(kind, file, found):
    """The command that trains on what was found, and options that may be added."""
    model = "cvae" if found.classes else "regressor" if found.number else "vae"
    given = [f" --data {shlex.quote(option)}" for option in found.options]
    options = "".join(given) + _batch(kind, found.count)
    lines = []
    for option, why in found.hints.items():
        lines.append(f"You may add --data {option}: {why}.")
    look = f"kgen data inspect {shlex.quote(file)} --data"
    for option in found.hints:
        if option.startswith("number="):
            told = f"{look} {shlex.quote(option)} says what the columns tell of it."
            lines.append(told)
    if found.unequal:
        lines.append(
            f"You may add --balanced: it weighs classes alike, and there are {found.unequal}."
        )
    if found.classes:
        lines.append(
            f"Told the class, these draw: {', '.join(TOLD)}. These read it: {', '.join(READING)}."
        )
    named = f"{found.source or kind}:{shlex.quote(file)}"
    command = f"Next: kgen train {SUITED.get(kind, model)} --dataset {named}{options}"
    return [*(f"First: {fault}" for fault in found.faults), command, *lines]


def _batch(kind, count):
    """The option for smaller batches, if the training split may hold less than a default batch."""
    from kgen.runs.config import RunConfig

    least = int(TRAINED * count) // (2 if kind == "pairs" else 1)
    if not 2 <= least < RunConfig.batch_size:
        return ""
    return f" --batch-size {min(FEW, 2 ** (least.bit_length() - 1))}"


def _explore(path, kind, file, out, options):
    """Prints what the columns of a table tell of a number, and draws it."""
    from kgen.experiments.tabled import explored

    if kind not in TABLES or not options.get("number"):
        raise click.UsageError(
            f"--data is of tables, with number=COLUMN; leave it out for {path}."
        )
    out = out or file.with_name(f"{file.stem}-inspected")
    found = explored(f"{kind}:{file}", file, out, options)
    click.echo(found.told())
    written = sorted(path.name for path in out.iterdir())
    click.echo(f"\nWritten to {out}: {', '.join(written)}")


def _inspect_sections(file, out, test_group, skip):
    """Prints what an HDF5 file holds, and draws its sizes and its largest and smallest images."""
    from kgen import plots
    from kgen.data.tiles import inspection
    from kgen.data.tiles.source import TileSource
    from kgen.reading import as_kind

    # With tiles of one pixel, every image is large enough.
    left_out = []
    for names in skip:
        left_out += as_kind("skip", names, list)
    source = TileSource(file, test_group, tile_size=1, skip=left_out)
    click.echo(inspection.table(source))
    out = out or file.with_name(f"{file.stem}-inspected")
    out.mkdir(parents=True, exist_ok=True)
    plots.sizes(inspection.shapes(source)).savefig(out / "sizes.png")
    plots.extremes(inspection.extremes(source), source.value_range).savefig(
        out / "images.png"
    )
    click.echo(f"Written to {out}: sizes.png, images.png")
    click.echo(
        f"Next: kgen train vae --dataset hdf5:{file} --data test_group={source.test_group}"
    )


command.add_command(synthesize.command, "synthesize")


@command.command()
@click.argument("source", metavar="SOURCE")
@click.option(
    "--data",
    "options",
    multiple=True,
    callback=data_options,
    metavar="NAME=VALUE",
    help="An option of the data set, such as label=diagnosis; see kgen datasets NAME.",
)
def check(source: str, options: dict[str, str]) -> None:
    """List every fault of a data set, with its file and the fix. The exit code is 1 for faults.

    kgen train runs the same check first, and refuses data with faults.

    \b
    Example:
      kgen data check nifti:people.csv --data label=diagnosis
      kgen data check folder:slices --data size=64
    """
    from kgen import data

    found = data.faults(source, **options)
    for fault in found:
        click.echo(f"{'fault' if fault.fatal else 'told '}  {fault}")
    count = sum(fault.fatal for fault in found)
    click.echo(f"{source}: {counted(count, 'fault') if count else 'no fault'}.")
    if count:
        raise click.exceptions.Exit(1)
