import shlex
from pathlib import Path

import click

# Known without importing Keras: models that draw the class they are told, those that classify, and of pictures of
# two domains.
TOLD = "cvae", "cgan", "acgan", "cvae-cgan"
READING = "acgan", "cvae-cgan"
SUITED = {"pairs": "vae", "unpaired": "cycle-gan"}
TRAINED = 0.7  # of the values, at least; the others are for validation and test
FEW = 32  # values a step, where there are fewer than the default takes


@click.group()
def command():
    """Look at a folder or a file, or draw a file of large images to try things on.

    \b
    Example:
      kgen data synthesize tiles sections.h5 --size 200MB
      kgen data inspect sections.h5
    """


@command.command()
@click.argument("path", metavar="PATH")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the pictures go.  [default: FILE-inspected]"
)
@click.option("--test-group", metavar="GROUP", help="The group kept for the test.  [default: the last one]")
@click.option(
    "--skip", multiple=True, metavar="NAME", help="A GROUP or GROUP/IMAGE to leave out, or several with commas."
)
def inspect(path, out, test_group, skip):
    """Say what PATH holds: a folder of pictures, a table, a .npz file, or an HDF5 file of groups of grey images.

    Of an HDF5 file it also draws the sizes, and the largest and smallest images; the options are of such files alone.

    \b
    Example:
      kgen data inspect photos
      kgen data inspect table.csv
      kgen data inspect sections.h5 --test-group B20 --out look
    """
    from kgen.data.sources import named_or_bare

    kind, file = named_or_bare(path)
    if kind == "hdf5":
        _inspect_sections(Path(file), out, test_group, skip)
        return
    given = {"--out": out, "--test-group": test_group, "--skip": skip}
    for option in (name for name, value in given.items() if value):
        raise click.UsageError(f"{option} is of HDF5 files; leave it out for {path}.")
    found = _look(kind, path)(Path(file))
    click.echo("\n".join([found.told, *_next(kind, file, found)]))


def _look(kind, path):
    """The function that looks at what a source reads."""
    from kgen.data import inspection

    looks = {
        "npz": inspection.arrays_told,
        **dict.fromkeys(["csv", "tsv"], inspection.table_told),
        **dict.fromkeys(["folder", "pairs", "unpaired"], inspection.pictures_told),
    }
    if kind not in looks:
        raise click.UsageError(f"{path} is no file; a training of it says what it holds. Give a file or a folder.")
    return looks[kind]


def _next(kind, file, found):
    """The command that trains on what was found, and what may be added to it."""
    model = "cvae" if found.classes else "regressor" if found.number else "vae"
    options = "".join(f" --data {shlex.quote(option)}" for option in found.options) + _batch(kind, found.count)
    lines = [f"You may add --data {option}: {why}." for option, why in found.hints.items()]
    if found.unequal:
        lines.append(f"You may add --balanced: it weighs classes alike, and there are {found.unequal}.")
    if found.classes:
        lines.append(f"Told the class, these draw: {', '.join(TOLD)}. These read it: {', '.join(READING)}.")
    command = f"Next: kgen train {SUITED.get(kind, model)} --dataset {kind}:{shlex.quote(file)}{options}"
    return [*(f"First: {fault}" for fault in found.faults), command, *lines]


def _batch(kind, count):
    """The option of smaller steps, where the training may have less than one step of the default size."""
    from kgen.runs.config import RunConfig

    least = int(TRAINED * count) // (2 if kind == "pairs" else 1)
    if not 2 <= least < RunConfig.batch_size:
        return ""
    return f" --batch-size {min(FEW, 2 ** (least.bit_length() - 1))}"


def _inspect_sections(file, out, test_group, skip):
    """Prints what an HDF5 file holds, and draws its sizes and its largest and smallest images."""
    from kgen import plots
    from kgen.data.tiles import inspection
    from kgen.data.tiles.source import TileSource
    from kgen.reading import as_kind

    # Tiles of one pixel: here every image is large enough.
    left_out = [name for names in skip for name in as_kind("skip", names, list)]
    source = TileSource(file, test_group, tile_size=1, skip=left_out)
    click.echo(inspection.table(source))
    out = out or file.with_name(f"{file.stem}-inspected")
    out.mkdir(parents=True, exist_ok=True)
    plots.sizes(inspection.shapes(source)).savefig(out / "sizes.png")
    plots.extremes(inspection.extremes(source), source.value_range).savefig(out / "images.png")
    click.echo(f"Written to {out}: sizes.png, images.png")
    click.echo(f"Next: kgen train vae --dataset hdf5:{file} --data test_group={source.test_group}")


@command.command()
@click.argument("kind", type=click.Choice(["tiles"]))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.h5")
@click.option("--size", default="200MB", show_default=True, help="Of all images, unpacked, such as 2.5GB.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed draws the same images."
)
@click.option(
    "--compression", type=click.Choice(["gzip"]), help="Chunks of 256 × 256 pixels.  [default: one piece each]"
)
def synthesize(kind, file, size, seed, compression):
    """Draw a file of invented brain sections, two kinds of islands of cells, whose truth is known.

    \b
    Example:
      kgen data synthesize tiles sections.h5 --size 200MB --seed 0
    """
    from kgen.data.tiles.synthetic import synthesize

    synthesize(file, size, seed, compression)
    click.echo(f"Written to {file}. Next: kgen data inspect {file}")
