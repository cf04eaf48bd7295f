"""Three models that are no VAE and no plain GAN, trained, tested and drawn as by ``kgen train``.

An autoencoder beside a VAE on the digits: it reconstructs better, but decodes N(0, I) to no digits.
A regressor that reads the radius of a ball. A CycleGAN between digits and their negatives, which
are unpaired; as the truth is known, its error is measured against it.

Example:
    python benchmarks/tasks.py runs/tasks
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
from pathlib import Path

import common
from kgen.experiments.comparing import compare
from kgen.experiments.resuming import trained
from kgen.experiments.testing import test
from kgen.runs.config import RunConfig

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

SIDE = 2  # pixels per pixel of a digit, along a side


def two_folders(folder):
    """Half of the digits in one folder, the negatives of the others in another."""
    pixels = np.kron(load_digits().images * 15.9375, np.ones((SIDE, SIDE))).astype(
        "uint8"
    )
    for name, part in (("digits", pixels[::2]), ("negatives", 255 - pixels[1::2])):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, picture in enumerate(part):
            Image.fromarray(picture).save(folder / name / f"{number:04d}.png")
    return f"unpaired:{folder}"


def of_latents(folder):
    """An autoencoder beside a VAE: what each reconstructs, and draws."""
    names, runs = ("autoencoder", "vae"), []
    for name in names:
        config = RunConfig(
            name, "digits", epochs=60, batch_size=32, options={"latent_dim": 8}
        )
        runs.append(trained(folder / name, config))
    compare(runs, folder / "comparison")
    for name, run in zip(names, runs, strict=True):
        scores = run.read_json("metrics.json")["evaluation"]["scores"]
        yield (
            f"{name}: reconstruction_mse",
            f"{scores['reconstruction_mse']['value']:.4f}",
        )
        yield (
            f"{name}: frechet_distance / real",
            f"{scores['frechet_distance']['ratio']:.1f}",
        )


def of_numbers(folder):
    """A regressor on balls of known radius."""
    run = trained(
        folder / "regressor", RunConfig("regressor", "balls", epochs=30, batch_size=32)
    )
    test(run)
    score = run.read_json("metrics.json")["evaluation"]["scores"]["mean_absolute_error"]
    told = (
        f"{score['value']:.3f} (the median of training radii: {score['baseline']:.3f})"
    )
    yield "regressor: mean_absolute_error, voxels", told


def of_translations(folder):
    """A CycleGAN between digits and negatives, and the error of translations to true negatives."""
    # At the paper's rate of 2e-4, or with narrower networks, it finds another cycle than negation.
    config = RunConfig(
        "cycle-gan", two_folders(folder / "pictures"), epochs=40, batch_size=16,
        options={"width": 16, "blocks": 2}, learning_rates={"all": 1e-3},
    )  # fmt: skip
    run = trained(folder / "cycle-gan", config)
    numbers, model, split = test(run), run.model(), run.dataset().test
    yield "cycle-gan: cycle_error, of a span of 2", f"{numbers['cycle_error']:.3f}"
    for start, end in model.directions:
        error = np.abs(
            model.translate(split[start], end) - (255.0 - split[start])
        ).mean()
        yield (
            f"cycle-gan: grey values from the negative, {start} to {end}",
            f"{error:.1f} of 255",
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, help="directory of the runs")
    folder = parser.parse_args().runs
    rows = [
        row
        for part in (of_latents, of_numbers, of_translations)
        for row in part(folder)
    ]
    print(common.machine())
    print(common.table(["what", "measured"], rows))


if __name__ == "__main__":
    main()
