import shlex
from pathlib import Path

import click

from kgen.cli.synthesize import options


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--count",
    default=2000,
    show_default=True,
    help="Number of images, half of them with lesions; at least 10.",
)
@click.option(
    "--size", default=112, show_default=True, help="Pixels per side, 32 to 1024."
)
@options.seed
def command(folder: Path, count: int, size: int, seed: int) -> None:
    """Simulate noise images with and without bright squares at known positions, as in the VA-GAN
    paper.

    \b
    Example:
      kgen data synthesize lesions lesions --count 2000 --size 64
    """
    from kgen.data.phantoms.lesions import write

    write(folder, count, size, seed)
    click.echo(
        f"Written to {folder}: pictures/disease, pictures/healthy, "
        "and truth.npz with the effect of each."
    )
    click.echo(
        f"Next: kgen train va-gan --dataset unpaired:{shlex.quote(str(folder / 'pictures'))} "
        "--batch-size 160"
    )
