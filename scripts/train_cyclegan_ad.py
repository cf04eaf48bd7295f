"""Trains a CycleGAN, VA-GAN or SimGAN from diseased to healthy brains; leaves a run directory.

Example:
    kgen data synthesize brains phantoms --subjects 500 --size 64
    python scripts/train_cyclegan_ad.py runs/healthy --table phantoms/table.csv --disease disease
    kgen test runs/healthy
    kgen translate runs/healthy phantoms/t1/S0002.nii.gz without.nii.gz --to b
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
    "--table", required=True, help="a table of scans with a column of two classes"
)
parser.add_argument("--label", default="label", help="that column")
parser.add_argument("--disease", default="disease", help="the class of the disease")
parser.add_argument(
    "--model", choices=("cycle-gan", "va-gan", "simgan"), default="cycle-gan"
)
parser.add_argument("--epochs", type=int, default=100)
parser.add_argument(
    "--batch-size",
    type=int,
    default=16,
    help="of a va-gan, five times that of its critic",
)
arguments = parser.parse_args()

config = RunConfig(
    arguments.model,
    f"nifti:{arguments.table}",
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    data={"domains": f"{arguments.label}:{arguments.disease}"},
)
run = training.start(arguments.run, config)
print(f"Written to {run.path}. Next: kgen test {run.path}")
