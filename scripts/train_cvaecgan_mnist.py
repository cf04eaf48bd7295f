"""Trains the conditional VAE–GAN on MNIST and leaves a run directory.

Example:
    python scripts/train_cvaecgan_mnist.py runs/mnist --epochs 20
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
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument(
    "--dataset", default="mnist", help="any data set that `kgen datasets` lists"
)
arguments = parser.parse_args()

keras.utils.set_random_seed(0)
dataset = data.load(arguments.dataset)
config = RunConfig(
    "cvae-cgan",
    arguments.dataset,
    epochs=arguments.epochs,
    learning_rate_schedule="cosine",
    fingerprint=dataset.fingerprint,
)
run = Run.create(arguments.run, config)

steps = dataset.train.steps(128)
falling = keras.optimizers.schedules.CosineDecay(2e-3, arguments.epochs * steps)
model = CVAECGAN.from_fields(**dataset.fields, seed=0)
model.compile(
    generator_optimizer=keras.optimizers.Adam(falling, beta_1=0.5),
    discriminator_optimizer=keras.optimizers.Adam(falling, beta_1=0.5),
)
model.fit(
    dataset.train.batches(batch_size=128, seed=0),
    steps_per_epoch=steps,
    validation_data=dataset.validation.ordered(),
    epochs=arguments.epochs,
    shuffle=False,
    verbose=0,
    callbacks=[BatchBar(), Recorder(run), Pictures(run, dataset), EpochLines()],
)
write_report(run, model, dataset)
print(f"Written to {run.path}. Next: python scripts/test_cvaecgan_mnist.py {run.path}")
