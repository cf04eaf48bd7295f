"""Explores the latent space of a VAE of tiles on a brain that it never saw.

It draws samples, lines, maps, clusters and a whole section.

Example:
    python scripts/explore_tiles.py runs/tiles
"""

import argparse

from kgen.experiments.contents import LATENT, LATENT_FILES
from kgen.experiments.exploring import explored
from kgen.experiments.tables import told
from kgen.runs.run import Run

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "run",
    help="a run directory of scripts/train_vae_tiles.py or kgen train vae --dataset hdf5:FILE",
)
parser.add_argument("--tiles", type=int, default=3000, help="of the test brain")
arguments = parser.parse_args()

print(told(explored(Run.open(arguments.run), arguments.tiles).write()))
print(f"Written to {arguments.run}/{LATENT}:", *LATENT_FILES)
