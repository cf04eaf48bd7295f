"""GANs on distributions that are known exactly: one Gaussian, a ring and a grid of them.

For a mixture, ``owned`` is the number of modes at which one generator draws most of the samples.
``pure`` is the smallest share of a generator's samples that lie at its own mode.

Each is a run as `kgen train` leaves it. A killed command continues; after a change of settings,
choose another folder.

Example:
    python benchmarks/toys.py runs/bench/toys
    python benchmarks/toys.py runs/bench/toys --toys ring grid --games WGAN-GP
"""

import argparse
import statistics
from pathlib import Path

from common import keep, kept, machine, table
from kgen.data import toys
from kgen.experiments.resuming import trained
from kgen.metrics import mode_coverage
from kgen.models import MixtureGAN
from kgen.runs.config import RunConfig

import numpy as np
from scipy import stats

SAMPLES, EACH = 20_000, 1000  # of a model, of one of its generators
# The model of each GAN and its options. Width 1 of the other GANs is width 4 of the GAN.
GAMES = {
    "GAN": ("gan", {"dropout": 0.0}),
    "GAN, saturating": ("gan", {"dropout": 0.0, "saturating": True}),
    "LSGAN": ("lsgan", {}),
    "WGAN": ("wgan", {"clip": 0.1, "n_critic": 2}),
    # A slope of 1 the wrong way is a trap in one dimension, unless the means are apart by twice
    # the penalty's weight.
    "WGAN-GP": ("wgan-gp", {"gp_weight": 0.1, "n_critic": 2}),
    "mixture GAN": ("mixture-gan", {"beta": 0.125, "latent_dim": 2, "width": 8}),
}
MIXTURE = {
    "epochs": 12,
    "rate": 2e-3,
    "schedule": "cosine",
    "noise": 0.15,
    "ema_decay": 0.999,
}
SETTINGS = {
    "normal": {
        "epochs": 20,
        "rate": 2e-4,
        "width": 8,
        "latent_dim": 1,
        "ema_decay": 0.999,
    },
    "ring": {
        "epochs": 40,
        "rate": 5e-4,
        "width": 16,
        "latent_dim": 2,
        "ema_decay": 0.9995,
    },
    "grid": {
        "epochs": 40,
        "rate": 1e-3,
        "width": 16,
        "latent_dim": 2,
        "ema_decay": 0.9995,
    },
}
OWN = {
    ("normal", "WGAN"): {"rate": 5e-4},
    ("normal", "WGAN-GP"): {"rate": 1e-3},
    ("ring", "WGAN"): {"rate": 1e-3},
    ("normal", "mixture GAN"): {**MIXTURE, "components": 2},
    ("ring", "mixture GAN"): {**MIXTURE, "components": 8},
    ("grid", "mixture GAN"): {**MIXTURE, "epochs": 24, "components": 25},
}
COVERAGE = {"modes": 1, "high_quality": 3}
DIGITS = {
    "normal": {"mean": 3, "deviation": 3, "distance": 3},
    "ring": COVERAGE,
    "grid": COVERAGE,
}


def config(toy, game, seed):
    """The training that docs/toys.md has a command for."""
    model, options = GAMES[game]
    options = {**SETTINGS[toy], **options, **OWN.get((toy, game), {})}
    epochs, rate = options.pop("epochs"), options.pop("rate")
    schedule = options.pop("schedule", "constant")
    if model == "gan":
        options["width"] *= 4
    return RunConfig(
        model, toy, epochs=epochs, batch_size=256, seed=seed, learning_rates={"all": rate},
        learning_rate_schedule=schedule, options=options, steps_per_execution=10,
    )  # fmt: skip


def matched(toy, samples):
    """The metrics of samples against the distribution."""
    if toy == "normal":
        return _deviations(samples[:, 0].astype("float64"))
    mixture = toys.MIXTURES[toy]
    return mode_coverage(samples, mixture.centres, mixture.standard_deviation)


def _deviations(values):
    """How far mean and deviation are off, and the Kolmogorov–Smirnov distance."""
    distance = stats.kstest(values, stats.norm(4.0, 1.25).cdf).statistic
    mean, deviation = values.mean() - 4.0, values.std() / 1.25 - 1.0
    return {
        "mean": float(mean),
        "deviation": float(deviation),
        "distance": float(distance),
    }


def measured(folder, toy, game, seed):
    """The results of a GAN with one seed."""
    run = trained(folder / f"{toy} {game} {seed}", config(toy, game, seed))
    results = kept(folder / "results.json")
    model = run.model()
    found = matched(toy, model.generate(SAMPLES, seed=1))
    if isinstance(model, MixtureGAN):
        found |= of_generators(model, toys.MIXTURES[toy])
    keep(folder / "results.json", {**results, run.path.name: found})
    return found


def of_generators(model, mixture):
    """How many modes have a generator of their own, and how much of each generator lies there."""
    drawn = (
        model.generate(EACH, seed=1, component=number)
        for number in range(model.components)
    )
    counts = [np.bincount(mixture.nearest(samples)) for samples in drawn]
    owned = len({count.argmax() for count in counts})
    return {"owned": owned, "pure": float(min(count.max() for count in counts) / EACH)}


def row(runs, digits):
    """Mean ± standard deviation over the seeds, minimum and maximum of every measure."""
    return [
        _cell([run[measure] for run in runs], places)
        for measure, places in digits.items()
    ]


def _cell(values, places):
    numbers = (
        statistics.mean(values),
        statistics.stdev(values),
        min(values),
        max(values),
    )
    return "{} ± {} ({} to {})".format(*(f"{number:.{places}f}" for number in numbers))


def parsed():
    options = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = argparse.ArgumentParser(description=__doc__, **options)
    parser.add_argument("folder", type=Path, help="where the runs and results.json go")
    for name, known in (("--toys", SETTINGS), ("--games", GAMES)):
        choice = {"choices": known, "default": list(known), "metavar": "NAME"}
        parser.add_argument(name, nargs="+", help="some of them", **choice)
    parser.add_argument("--seeds", type=int, default=5)
    return parser.parse_args()


def main():
    arguments = parsed()
    print(machine())
    seeds = range(arguments.seeds)
    for toy in arguments.toys:
        rows = []
        for game in arguments.games:
            runs = [measured(arguments.folder, toy, game, seed) for seed in seeds]
            rows.append([game, *row(runs, DIGITS[toy])])
            if "owned" in runs[0]:
                print(
                    "of the generators: owned, pure",
                    *row(runs, {"owned": 1, "pure": 3}),
                )
        title = f"{toy}: mean ± sd (range) of {len(seeds)} seeds"
        print(table([title, *DIGITS[toy]], rows), flush=True)


if __name__ == "__main__":
    main()
