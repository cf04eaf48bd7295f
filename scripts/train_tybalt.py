"""Trains Tybalt on an expression table with one row per sample.

It writes the latents of every sample and the metrics of the test split.

Example:
    python scripts/train_tybalt.py runs/tybalt csv:expression.csv --label tissue --drop sample
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse

from kgen.experiments import testing, training
from kgen.runs.config import RunConfig

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument("run", help="directory of the run, which is made")
parser.add_argument(
    "dataset",
    help="csv:FILE, tsv:FILE, or any set of vectors that `kgen datasets` lists",
)
parser.add_argument(
    "--label", help="the column of classes, which the model does not see"
)
parser.add_argument("--drop", help="columns that are left out, with commas")
parser.add_argument("--features", type=int, default=100)
parser.add_argument(
    "--depth", type=int, default=1, choices=(1, 2), help="hidden layers"
)
parser.add_argument(
    "--kappa",
    type=float,
    default=1.0,
    help="by how much the weight of the KL divergence grows an epoch",
)
parser.add_argument("--epochs", type=int, default=50)
parser.add_argument("--batch-size", type=int, default=50)
arguments = parser.parse_args()

columns = {"label": arguments.label, "drop": arguments.drop}
config = RunConfig(
    "tybalt",
    arguments.dataset,
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    data={name: value for name, value in columns.items() if value},
    options={
        "latent_dim": arguments.features,
        "depth": arguments.depth,
        "kappa": arguments.kappa,
    },
)
try:
    run = training.start(arguments.run, config)
except (ValueError, OSError) as error:
    parser.error(str(error))
for name, value in testing.test(run).items():
    print(f"{name}: {value:.4g}")
print(f"Written to {run.path}. Next: kgen encode {run.path} IN.csv OUT.csv")
