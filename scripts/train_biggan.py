"""Trains a BigGAN on labelled square images and draws samples of every class and a class walk.

Example:
    python scripts/train_biggan.py runs/shapes sprites --epochs 20
    kgen generate runs/shapes --label heart --truncation 0.7 --out typical.png
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
    "dataset", help="labelled images of `kgen datasets`, of base · 2ⁿ pixels per side"
)
parser.add_argument("--base", type=int, default=4, help="side of the coarsest maps")
parser.add_argument("--width", type=int, default=8, help="unit of the channels")
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--batch-size", type=int, default=64)
arguments = parser.parse_args()

config = RunConfig(
    "biggan",
    arguments.dataset,
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    options={"base": arguments.base, "width": arguments.width, "ema_decay": 0.999},
)
try:
    run = training.start(arguments.run, config)
except (ValueError, OSError) as error:
    parser.error(str(error))
print(
    f"Written to {run.path}: grid.png, class_walk.png. Next: kgen evaluate {run.path}"
)
