"""Trains a CycleGAN between MR and CT of different people, and leaves a run directory.

Example:
    kgen data synthesize brains phantoms --subjects 500 --size 64 --ct
    python scripts/train_cyclegan_mrct.py runs/ct --table phantoms/table.csv
    kgen test runs/ct
    kgen translate runs/ct phantoms/t1/S0001.nii.gz ct.nii.gz --to b
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
    "--table", required=True, help="a table of scans with a column of CTs"
)
parser.add_argument("--target", default="ct", help="that column")
parser.add_argument(
    "--window",
    default="-1000,1500",
    help="Hounsfield units that CTs are brought between",
)
parser.add_argument("--epochs", type=int, default=100)
parser.add_argument("--batch-size", type=int, default=16)
arguments = parser.parse_args()

config = RunConfig(
    "cycle-gan",
    f"nifti:{arguments.table}",
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    data={"target": arguments.target, "window": arguments.window, "unpaired": True},
)
run = training.start(arguments.run, config)
print(f"Written to {run.path}. Next: kgen test {run.path}")
