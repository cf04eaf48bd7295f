"""Trains a Progressive GAN on square images and leaves a run directory with a film of its growth.

Example:
    kgen data synthesize brains phantoms --subjects 1600 --size 64
    python scripts/train_progressive_gan.py runs/grown npz:phantoms/brains.npz --epochs 100
    kgen generate runs/grown --count 64 --out brains.png
"""

import argparse

from kgen.experiments import training
from kgen.runs.config import RunConfig

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "run", help="a new directory for the model, its history and its pictures"
)
parser.add_argument(
    "dataset", help="images that `kgen datasets` lists, of 4 · 2ⁿ pixels per side"
)
parser.add_argument("--stable-epochs", type=int, default=4, help="of a size alone")
parser.add_argument(
    "--fade-epochs", type=int, default=4, help="in which the next size fades in"
)
parser.add_argument("--width", type=int, default=16, help="channels of the finest maps")
parser.add_argument("--epochs", type=int, default=100)
parser.add_argument("--batch-size", type=int, default=32)
arguments = parser.parse_args()

config = RunConfig(
    "progressive-gan",
    arguments.dataset,
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    options={
        "stable_epochs": arguments.stable_epochs,
        "fade_epochs": arguments.fade_epochs,
        "width": arguments.width,
        "max_width": 4 * arguments.width,
    },
)
try:
    run = training.start(arguments.run, config)
except (ValueError, OSError) as error:
    parser.error(str(error))
print(
    f"Written to {run.path}: samples.gif shows the growth. Next: kgen evaluate {run.path}"
)
