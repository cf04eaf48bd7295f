"""Trains a StyleGAN on square images and draws truncated samples and mixed styles.

Example:
    python scripts/train_stylegan.py runs/styles sprites --epochs 20
    kgen generate runs/styles --truncation 0.7 --out typical.png
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
    "dataset", help="images of `kgen datasets`, of 8, 16, 32 … pixels per side"
)
parser.add_argument("--width", type=int, default=16, help="channels of the finest maps")
parser.add_argument(
    "--augmented", action="store_true", help="adaptive augmentation, of few images"
)
parser.add_argument("--epochs", type=int, default=100)
parser.add_argument("--batch-size", type=int, default=32)
arguments = parser.parse_args()

config = RunConfig(
    "stylegan",
    arguments.dataset,
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    options={"width": arguments.width, "augmented": arguments.augmented},
)
try:
    run = training.start(arguments.run, config)
except (ValueError, OSError) as error:
    parser.error(str(error))
print(
    f"Written to {run.path}: truncation.png, style_mixing.png. Next: kgen evaluate {run.path}"
)
