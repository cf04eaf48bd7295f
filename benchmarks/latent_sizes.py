"""The effect of the latent size: VAEs of tiles with 2, 128 and 4,096 latents, otherwise alike.

Trains the three, measures them on the test brain and draws FOLDER/latent_sizes.png. A killed run
continues.

Example:
    kgen data synthesize tiles sections.h5 --size 200MB
    python benchmarks/latent_sizes.py sections.h5 runs/sizes
"""

import argparse
from pathlib import Path

import common
from kgen import plots
from kgen.experiments.exploring import explored
from kgen.experiments.resuming import trained
from kgen.metrics import active_units
from kgen.runs.config import RunConfig

import numpy as np

SIZES = 2, 128, 4096
TEST_GROUP, TILES, SHOWN, LOOKED_AT = "B20", 3000, 10, 100
NUMBERS = "reconstruction_mse", "reconstruction_mse_pca", "probe", "probe_pca"


def config(file, size, epochs, steps):
    """The configuration of one of the runs."""
    tiles = {
        "test_group": TEST_GROUP,
        "augment": ["flip", "turn"],
        "steps_per_epoch": steps,
    }
    return RunConfig(
        "vae", f"hdf5:{file}", epochs=epochs, options={"latent_dim": size}, data=tiles
    )


def measured(space):
    """The number of active units, their total KL, and latents beside principal components."""
    told = {
        "active units": active_units(space.latents),
        "KL, nats": space.activity.sum(),
    }
    numbers = space.against_pixels()
    return told | {name: numbers[name] for name in NUMBERS if name in numbers}


def drawn(spaces):
    """Test tiles, their reconstructions and samples, one row per size."""
    names = [f"{size:,} latent variables" for size in spaces]
    first, *_ = spaces.values()
    tiles = first.tiles[:LOOKED_AT]
    # most of a section is background
    tiles = tiles[np.argsort(-tiles.std(axis=(1, 2, 3)))[:SHOWN]]
    again = [space.model.reconstruct(tiles) for space in spaces.values()]
    samples = [space.model.generate(SHOWN, seed=0) for space in spaces.values()]
    panels = [
        plots.Cells(
            np.stack([tiles, *again]),
            first.field,
            "reconstructed",
            (),
            ["test tiles", *names],
        ),
        plots.Cells(np.stack(samples), first.field, "drawn from N(0, I)", (), names),
    ]
    return plots.stacked(panels)


def row(size, numbers):
    """A line of the table."""
    return [f"{size:,}", *(f"{value:.4g}" for value in numbers.values())]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "file",
        help="an HDF5 file of sections with a group B20, which training never sees",
    )
    parser.add_argument("folder", type=Path, help="directory of the runs")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument(
        "--steps", type=int, default=100, help="batches of 128 tiles per epoch"
    )
    arguments = parser.parse_args()
    spaces = {}
    for size in SIZES:
        asked = config(arguments.file, size, arguments.epochs, arguments.steps)
        spaces[size] = explored(trained(arguments.folder / f"{size}", asked), TILES)
    numbers = {size: measured(space) for size, space in spaces.items()}
    drawn(spaces).savefig(arguments.folder / "latent_sizes.png")
    print(common.machine())
    header = ["latent variables", *numbers[SIZES[0]]]
    print(common.table(header, [row(*pair) for pair in numbers.items()]))


if __name__ == "__main__":
    main()
