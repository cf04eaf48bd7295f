"""Trains pix2pix, a U-Net or a SegAN to segment slices of brains, and leaves a run directory.

Example:
    kgen data synthesize brains phantoms --subjects 400 --size 96 --tumours
    python scripts/train_pix2pix_seg.py runs/masks --table phantoms/table.csv --mask tissue
    kgen test runs/masks
    kgen segment runs/masks phantoms/t1/S0001.nii.gz mask.nii.gz
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
    "--table", required=True, help="a table of scans with a column of masks"
)
parser.add_argument("--mask", default="tissue", help="that column")
parser.add_argument("--model", choices=("pix2pix", "unet", "segan"), default="pix2pix")
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=16)
arguments = parser.parse_args()

config = RunConfig(
    arguments.model,
    f"nifti:{arguments.table}",
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
    options={"augmented": True},
    data={"mask": arguments.mask},
)
run = training.start(arguments.run, config)
print(f"Written to {run.path}. Next: kgen test {run.path}")
