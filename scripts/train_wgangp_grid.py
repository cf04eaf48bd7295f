"""Trains a WGAN-GP to match 25 Gaussians on a grid and leaves a film of it.

Example:
    python scripts/train_wgangp_grid.py grid.gif
"""

from kgen.data.toys import grid
from kgen.experiments.matching import command
from kgen.models import WGANGP

settings = {"steps": 8000, "width": 64, "batch_size": 256, "learning_rate": 2e-3, "activation": "relu"}
command(__doc__, WGANGP, grid, **settings, n_critic=2, gp_weight=0.1)
