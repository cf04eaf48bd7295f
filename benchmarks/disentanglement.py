"""Trains a VAE and a β-VAE on the sprites and scores how well a latent stands for one factor.

The table also has the best possible scores, of the true factors as latents, and the chance level,
of noise. A killed run continues.

Example:
    python benchmarks/disentanglement.py runs/disentanglement
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
from pathlib import Path

import common
from kgen import data
from kgen.experiments.resuming import trained
from kgen.metrics import active_units, factor_vae_score, mutual_information_gap
from kgen.runs.config import RunConfig

import numpy as np

LATENT_DIM, WIDTH, POINTS = 10, 16, 10_000
MODELS = {"VAE": 1, "β-VAE, β = 4": 4}


def config(beta, epochs):
    """The configuration of such a run."""
    options = {"latent_dim": LATENT_DIM, "width": WIDTH, "beta": beta}
    return RunConfig("vae", "sprites", epochs=epochs, batch_size=64, options=options)


def drawn(split, random):
    """Images in random order: the data set is sorted by its factors."""
    return split.subset(random.choice(len(split), POINTS, replace=False))


def row(name, latents, factors):
    """A row of the table."""
    gap, score = (
        mutual_information_gap(latents, factors),
        factor_vae_score(latents, factors),
    )
    return name, f"{gap:.3f}", f"{score:.3f}", active_units(latents)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, help="directory of the runs")
    parser.add_argument("--epochs", type=int, default=40)
    arguments = parser.parse_args()
    random = np.random.default_rng(0)
    points = drawn(data.load("sprites").train, random)
    noise = random.standard_normal((POINTS, LATENT_DIM))
    factors = points.facts["factors"]
    rows = [row("true factors", factors, factors), row("noise", noise, factors)]
    for name, beta in MODELS.items():
        run = trained(arguments.runs / f"beta-{beta}", config(beta, arguments.epochs))
        rows.append(row(name, run.model().encode(points["x"])[0], factors))
    print(common.machine())
    print(common.table(["latents", "MIG", "FactorVAE score", "active units"], rows))


if __name__ == "__main__":
    main()
