"""Trains a VAE on tiles of an HDF5 file, GROUP/IMAGE, and leaves a run directory.

Example:
    kgen data synthesize tiles sections.h5 --size 200MB
    python scripts/train_vae_tiles.py sections.h5 runs/tiles --test-group B20 --epochs 20
"""

import argparse

from kgen import data
from kgen.callbacks.batch_bar import BatchBar
from kgen.callbacks.epoch_lines import EpochLines
from kgen.callbacks.pictures import Pictures
from kgen.callbacks.recorder import Recorder
from kgen.experiments.report import write_report
from kgen.models import VAE
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

import keras

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "file", help="an HDF5 file of groups (brains) that hold grey images"
)
parser.add_argument(
    "run", help="a new directory for the model, its history and its pictures"
)
parser.add_argument(
    "--test-group", help="the brain that training never sees; the last one unless given"
)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument(
    "--steps-per-epoch",
    type=int,
    help="batches of 128; as many as lie side by side unless given",
)
arguments = parser.parse_args()

keras.utils.set_random_seed(0)
name = f"hdf5:{arguments.file}"
options = {"augment": ["flip", "turn"], "steps_per_epoch": arguments.steps_per_epoch}
options["test_group"] = arguments.test_group
tiles = data.load(name, tile_size=64, memory="2GB", **options)
print(tiles)

# The field of the tiles is part of the model: it standardises other files as it did this one. The
# variance of the Gaussian is learnt, for standardised pixels.
settings = {
    "likelihood": "gaussian", "latent_dim": 128, "activation": "silu", "normalised": True,
    "beta": 1.0, "l2": 1e-6,
}  # fmt: skip
model = VAE.from_fields(**tiles.fields, seed=0, **settings)
model.compile(keras.optimizers.Adam(1e-3))

config = RunConfig(
    "vae",
    name,
    data=options,
    epochs=arguments.epochs,
    options=settings,
    fingerprint=tiles.fingerprint,
)
run = Run.create(arguments.run, config)
model.fit(
    tiles.train.batches(128, seed=0),
    steps_per_epoch=tiles.train.steps(128),
    validation_data=tiles.validation.ordered(),
    epochs=arguments.epochs,
    shuffle=False,
    verbose=0,
    callbacks=[BatchBar(), Recorder(run), Pictures(run, tiles), EpochLines()],
)
write_report(run, model, tiles)
print(f"Written to {run.path}. Next: python scripts/explore_tiles.py {run.path}")
