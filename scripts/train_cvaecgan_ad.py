"""Trains the conditional VAE–GAN on brain slices with and without disease; leaves a run directory.

Example:
    kgen data synthesize brains phantoms --subjects 400 --size 64
    python scripts/train_cvaecgan_ad.py runs/ad --dataset nifti:phantoms/table.csv
    python scripts/test_cvaecgan_ad.py runs/ad
"""

import argparse

from kgen import data
from kgen.callbacks.batch_bar import BatchBar
from kgen.callbacks.epoch_lines import EpochLines
from kgen.callbacks.pictures import Pictures
from kgen.callbacks.recorder import Recorder
from kgen.experiments.report import write_report
from kgen.models import CVAECGAN
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

import keras

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "run", help="a new directory for the model, its history and its pictures"
)
parser.add_argument(
    "--dataset", required=True, help="nifti:TABLE.csv, dicom:TABLE.csv or folder:DIR"
)
parser.add_argument("--epochs", type=int, default=150)
parser.add_argument("--batch-size", type=int, default=32)
arguments = parser.parse_args()

keras.utils.set_random_seed(0)
options = (
    {"flip": True}
    if arguments.dataset.startswith("folder:")
    else {"anatomy": "brain", "flip": True}
)
dataset = data.load(arguments.dataset, **options)
print(dataset)
config = RunConfig(
    "cvae-cgan", arguments.dataset, data=options, epochs=arguments.epochs,
    batch_size=arguments.batch_size, fingerprint=dataset.fingerprint, **CVAECGAN.of_few,
)  # fmt: skip
run = Run.create(arguments.run, config)

model = CVAECGAN.from_fields(**dataset.fields, seed=0, **config.options)
steps = arguments.epochs * dataset.train.steps(arguments.batch_size)
falling = keras.optimizers.schedules.CosineDecay(1e-3, steps)
model.compile(
    keras.optimizers.Adam(falling, beta_1=0.5),
    keras.optimizers.Adam(falling, beta_1=0.5),
)
model.fit(
    dataset.train.batches(arguments.batch_size, seed=0),
    steps_per_epoch=dataset.train.steps(arguments.batch_size),
    validation_data=dataset.validation.ordered(),
    class_weight=dataset.train.class_weights,
    epochs=arguments.epochs,
    shuffle=False,
    verbose=0,
    callbacks=[BatchBar(), Recorder(run), Pictures(run, dataset), EpochLines()],
)
write_report(run, model, dataset)
print(f"Written to {run.path}. Next: python scripts/test_cvaecgan_ad.py {run.path}")
