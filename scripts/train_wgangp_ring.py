"""Trains a WGAN-GP to match eight narrow Gaussians on a ring and leaves a film of it.

Example:
    python scripts/train_wgangp_ring.py ring.gif
"""

import argparse

from kgen.data.toys import ring
from kgen.models import WGANGP
from kgen.runs.matching import match

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("film", help="the GIF to write")
parser.add_argument("--steps", type=int, default=8000)
arguments = parser.parse_args()

options = {"width": 64, "batch_size": 256, "learning_rate": 2e-3, "n_critic": 2, "gp_weight": 0.5}
match(WGANGP, ring, steps=arguments.steps, film=arguments.film, **options)
print(f"Written to {arguments.film}.")
