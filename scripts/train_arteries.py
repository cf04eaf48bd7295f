"""Trains a WGAN-GP on centrelines of vessels and measures the geometry of its samples.

Example:
    kgen data synthesize arteries coronaries --vessels 2000
    python scripts/train_arteries.py runs/coronaries coronaries/vessels --table coronaries/table.csv
    kgen generate runs/coronaries --count 200 --out drawn.csv
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse

from kgen.experiments import testing, training
from kgen.runs.config import RunConfig

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "run", help="a new directory for the model, its history and its pictures"
)
parser.add_argument("vessels", help="a folder of CSV files, or one CSV file")
parser.add_argument("--table", help="CSV file of facts, with a row per vessel")
parser.add_argument("--width", type=int, default=32, help="size of the networks")
parser.add_argument("--epochs", type=int, default=375)
parser.add_argument("--batch-size", type=int, default=192)
arguments = parser.parse_args()

config = RunConfig(
    "wgan-gp",
    f"centrelines:{arguments.vessels}",
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    learning_rates={"all": 4e-4},
    learning_rate_schedule="cosine",
    data={"table": arguments.table} if arguments.table else {},
    options={
        "n_critic": 3,
        "width": arguments.width,
        "latent_dim": 32,
        "ema_decay": 0.998,
    },
)
try:
    run = training.start(arguments.run, config)
except (ValueError, OSError) as error:
    parser.error(str(error))
for name, value in testing.test(run).items():
    print(f"{name}: {value:.4g}")
print(f"Written to {run.path}: grid.png, test_*.png. Next: kgen latent {run.path}")
