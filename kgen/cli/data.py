from pathlib import Path

import click


@click.group()
def command():
    """Look at a folder or a file, or draw a file of large images to try things on.

    \b
    Example:
      kgen data synthesize tiles sections.h5 --size 200MB
      kgen data inspect sections.h5
    """


@command.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="PATH")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the pictures go.  [default: FILE-inspected]"
)
@click.option("--test-group", metavar="GROUP", help="The group kept for the test.  [default: the last one]")
@click.option(
    "--skip", multiple=True, metavar="NAME", help="A GROUP or GROUP/IMAGE to leave out, or several with commas."
)
def inspect(file, out, test_group, skip):
    """Say what PATH holds: a folder of pictures, a .npz file, or an HDF5 file of groups of grey images.

    \b
    Example:
      kgen data inspect photos
      kgen data inspect sections.h5 --test-group B20 --out look
    """
    if file.is_dir() or file.suffix == ".npz":
        click.echo(_described(file))
        return
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


def _described(path):
    """What a folder or a .npz file holds, and the command that trains on it."""
    from kgen.data import inspection

    if not path.is_dir():
        return f"{inspection.arrays_told(path)}\nNext: kgen train vae --dataset npz:{path}"
    told, sizes = inspection.pictures_told(path)
    option = " --data size=64" if sizes > 1 else ""
    return f"{told}\nNext: kgen train vae --dataset folder:{path}{option}"


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
