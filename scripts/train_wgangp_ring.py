"""Trains a WGAN-GP to match eight narrow Gaussians on a ring and leaves a film of it.

Example:
    python scripts/train_wgangp_ring.py ring.gif
"""

from kgen.data.toys import ring
from kgen.experiments.matching import command
from kgen.models import WGANGP

settings = {"steps": 8000, "width": 64, "batch_size": 256, "learning_rate": 2e-3, "activation": "relu"}
command(__doc__, WGANGP, ring, **settings, n_critic=2, gp_weight=0.1)
