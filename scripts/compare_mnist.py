"""Trains VAEs and GANs on MNIST, measures each and compares them; a killed run continues.

Learning rates fall to 0 along a cosine, but for the CVAE's.

Example:
    python scripts/compare_mnist.py runs/compare --epochs 20
    python scripts/compare_mnist.py runs/compare --models vae dcgan wgan-gp

The time per epoch is measured at the end, one model after another: run nothing else meanwhile.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
from pathlib import Path

from kgen.abilities import Generates
from kgen.experiments.comparing import compare, epoch_seconds, overview
from kgen.experiments.resuming import trained
from kgen.models import MODELS
from kgen.runs.config import RunConfig

# The averaged weights of a GAN vary less than its last ones.
AVERAGED = {"ema_decay": 0.999}
# The VAE's width and number of latent variables.
SMALL = {**AVERAGED, "width": 32, "latent_dim": 16}
FAST = {"learning_rates": {"all": 1e-3}}
SLOW_CRITIC = {"learning_rates": {"generator": 1e-3, "discriminator": 2e-4}}
# The models of the table: what differs from the configuration of all.
SETTINGS = {
    "vae": {"options": {"normalised": True, "convolutions": 2}, **FAST},
    # Along a cosine its distance is twice as large.
    "cvae": {"learning_rate_schedule": "constant"},
    "iwae": FAST,
    "gan": {"options": {**AVERAGED, "latent_dim": 16}, **FAST},
    "dcgan": {"options": SMALL, **FAST},
    "cgan": {"options": SMALL, **FAST},
    # Its D learns to read digits no faster than its learning rate allows.
    "acgan": {"options": {**AVERAGED, "class_weight_on_fakes": 0.0}, **FAST},
    "lsgan": {"options": SMALL, **FAST},
    # Weights of up to .05 carry a signal through the critic; at .01 it fades. The critic's steps
    # are small against the clip, and G makes as many.
    "wgan": {
        "options": {**SMALL, "n_critic": 1, "clip": 0.05},
        "batch_size": 64,
        **SLOW_CRITIC,
    },
    # Two parts of 64 images, one for each of the critic's plays.
    "wgan-gp": {"options": {**SMALL, "n_critic": 2}, **SLOW_CRITIC},
    # Its generator draws better from the prior, the less it has to reconstruct.
    "vae-gan": {"options": {**AVERAGED, "feature_weight": 0.002}, **FAST},
    "cvae-cgan": {"precision": "bfloat16"},
}
# How many times the epochs of all: with dense networks an epoch takes little time.
LONGER = {"gan": 2, "iwae": 5}
LONGER_TOLD = ", ".join(
    f"{times} times as many of {name}" for name, times in LONGER.items()
)

DRAWING = [
    name for name, entry in MODELS.items() if issubclass(entry.load(), Generates)
]

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "runs", type=Path, help="directory of the runs, and of the comparison"
)
parser.add_argument(
    "--models",
    nargs="+",
    choices=DRAWING,
    default=list(SETTINGS),
    metavar="MODEL",
    help="any that generate; %(default)s by default",
)
parser.add_argument(
    "--epochs",
    type=int,
    default=20,
    help=f"of most models; {LONGER_TOLD}",
)
parser.add_argument(
    "--dataset", default="mnist", help="any data set that `kgen datasets` lists"
)
arguments = parser.parse_args()

runs = []
for name in arguments.models:
    epochs = arguments.epochs * LONGER.get(name, 1)
    settings = {"learning_rate_schedule": "cosine", **SETTINGS.get(name, {})}
    config = RunConfig(name, arguments.dataset, epochs, **settings)
    runs.append(trained(arguments.runs / name, config))

folder = arguments.runs / "comparison"
print(compare(runs, folder))
seconds = {run.path.name: epoch_seconds(run) for run in runs}
text, figure = overview(runs, seconds)
(folder / "overview.md").write_text(text)
figure.savefig(folder / "overview.png")
print(
    text,
    f"Written to {folder}: comparison.md, comparison.csv, comparison.png, "
    "overview.md, overview.png",
    sep="\n",
)
