"""Trains and tests Dr.VAE on profiles before and after a drug and the responses to it.

The data are split by cell line.

Example:
    kgen data synthesize drug-response screen
    python scripts/train_drvae.py runs/drvae screen/before.csv screen/after.csv \\
        screen/response.csv --drug interaction
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
    "before", help="table of profiles before the drug, one row per cell line"
)
parser.add_argument("after", help="table of profiles after drugs")
parser.add_argument("response", help="table of responses, of which some may be missing")
parser.add_argument(
    "--drug", help="the drug that is read, where the tables hold several"
)
parser.add_argument(
    "--facts",
    default="lineage",
    help="columns of the first table that are no genes, with commas",
)
parser.add_argument("--features", type=int, default=10)
parser.add_argument("--width", type=int, default=100)
parser.add_argument("--epochs", type=int, default=150)
parser.add_argument("--batch-size", type=int, default=64)
arguments = parser.parse_args()

tables = {
    name: getattr(arguments, name) for name in ("after", "response", "drug", "facts")
}
config = RunConfig(
    "dr-vae",
    f"perturbation:{arguments.before}",
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    data={name: value for name, value in tables.items() if value},
    learning_rates={"all": 1e-3},
    options={
        "latent_dim": arguments.features,
        "width": arguments.width,
        "perturbation_weight": 1.0,
        "noise_level": 0.5,
        "l2": 0.1,
    },
)
try:
    run = training.start(arguments.run, config)
except (ValueError, OSError) as error:
    parser.error(str(error))
for name, value in testing.test(run).items():
    print(f"{name}: {value:.4g}")
print(
    f"Written to {run.path}: test_moves.png, test_roc.png. "
    f"Next: kgen translate {run.path} IN.csv OUT.csv --to after"
)
