"""Games over distributions of which everything is known, a normal and eight narrow Gaussians on a ring, by five seeds.

Told where to keep its results, it goes on where it was killed; after a change of settings, delete that file.

Example:
    python benchmarks/toys.py --out runs/bench/toys.json
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

from common import keep, kept, machine, table
from scipy import stats

from kgen.data import toys
from kgen.experiments.matching import match
from kgen.metrics import mode_coverage
from kgen.models import GAN, LSGAN, WGAN, WGANGP

SAMPLES = 20_000
NORMAL = {"width": 32, "steps": 3000, "batch_size": 256, "learning_rate": 1e-3}
RING = {"width": 64, "steps": 8000, "batch_size": 256, "learning_rate": 2e-3, "activation": "relu"}
GAMES = {"GAN": GAN, "GAN, saturating": GAN, "LSGAN": LSGAN, "WGAN": WGAN, "WGAN-GP": WGANGP}
OPTIONS = {
    "GAN, saturating": {"saturating": True},
    "WGAN": {"clip": 0.1, "n_critic": 2},
    # A slope of 1 the wrong way is a trap in one dimension, unless the means are apart by twice the penalty's weight.
    "WGAN-GP": {"gp_weight": 0.1, "n_critic": 2},
}


def normal(game, seed):
    """How far the samples' mean and standard deviation are off, and their Kolmogorov–Smirnov distance."""
    values = _samples(game, toys.normal, seed, NORMAL)[:, 0].astype("float64")
    distance = stats.kstest(values, stats.norm(4.0, 1.25).cdf).statistic
    return {"mean": values.mean() - 4.0, "deviation": values.std() / 1.25 - 1.0, "distance": float(distance)}


def ring(game, seed):
    """How many modes the samples find, and how many of them lie within three deviations of one."""
    samples = _samples(game, toys.ring, seed, RING)
    return mode_coverage(samples, toys.ring.centres, toys.ring.standard_deviation)


def _samples(game, mixture, seed, settings):
    model = match(GAMES[game], mixture, seed=seed, **settings, **OPTIONS.get(game, {}))
    return model.generate(SAMPLES, seed=1)


def measured(task, games, seeds, out):
    """What each game reaches with every seed at a task, with the seconds that it took."""
    results = kept(out)
    for game in games:
        for seed in range(seeds):
            key = f"{task.__name__} {game} {seed}"
            if key not in results:
                start = time.perf_counter()
                results[key] = {**task(game, seed), "seconds": time.perf_counter() - start}
                keep(out, results)
            print(key, results[key], file=sys.stderr, flush=True)
    return {game: [results[f"{task.__name__} {game} {seed}"] for seed in range(seeds)] for game in games}


def cell(runs, measure, digits):
    """Mean ± standard deviation over the seeds, the least and the greatest value."""
    values = [run[measure] for run in runs]
    numbers = statistics.mean(values), statistics.stdev(values), min(values), max(values)
    return "{} ± {} ({} to {})".format(*(f"{number:.{digits}f}" for number in numbers))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", nargs="+", choices=GAMES, default=list(GAMES), metavar="GAME", help="some of them")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, help="where to keep the results")
    arguments = parser.parse_args()
    print(machine())
    for task, measures in (
        (normal, {"mean": 3, "deviation": 3, "distance": 3}),
        (ring, {"modes": 1, "high_quality": 3}),
    ):
        results = measured(task, arguments.games, arguments.seeds, arguments.out)
        digits = {**measures, "seconds": 0}
        rows = [[game, *(cell(runs, *pair) for pair in digits.items())] for game, runs in results.items()]
        print(table([f"{task.__name__}: mean ± sd (range) of {arguments.seeds} seeds", *digits], rows))


if __name__ == "__main__":
    main()
