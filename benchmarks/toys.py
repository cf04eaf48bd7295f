"""Games over distributions of which everything is known: a normal, and narrow Gaussians on a ring and a grid.

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
from keras.optimizers import Adam
from keras.optimizers.schedules import CosineDecay
from keras.utils import set_random_seed
from scipy import stats

from kgen import data, networks
from kgen.data import toys
from kgen.metrics import mode_coverage
from kgen.models import GAN, LSGAN, WGAN, WGANGP

SAMPLES, BATCH_SIZE, AT_ONCE = 20_000, 256, 10
NORMAL = {"width": 32, "epochs": 10, "learning_rate": 1e-3, "activation": "leaky_relu"}
MODES = {"width": 64, "epochs": 26, "learning_rate": 2e-3, "activation": "relu"}  # 310 steps each
GAMES = {"GAN": GAN, "GAN, saturating": GAN, "LSGAN": LSGAN, "WGAN": WGAN, "WGAN-GP": WGANGP}
OPTIONS = {
    "GAN, saturating": {"saturating": True},
    "WGAN": {"clip": 0.1, "n_critic": 2},
    # A slope of 1 the wrong way is a trap in one dimension, unless the means are apart by twice
    # the penalty's weight.
    "WGAN-GP": {"gp_weight": 0.1, "n_critic": 2},
}
PLAYS = {"WGAN": 2, "WGAN-GP": 2}  # of the critic for one of G


def normal(game, seed):
    """How far the samples' mean and deviation are off, and their Kolmogorov–Smirnov distance."""
    values = _samples(game, "normal", seed, **NORMAL)[:, 0].astype("float64")
    distance = stats.kstest(values, stats.norm(4.0, 1.25).cdf).statistic
    errors = {"mean": values.mean() - 4.0, "deviation": values.std() / 1.25 - 1.0}
    return {name: float(value) for name, value in {**errors, "distance": distance}.items()}


def ring(game, seed):
    """How many modes the samples find, and how many lie within three deviations of one."""
    return _coverage(game, toys.ring, "ring", seed)


def grid(game, seed):
    """The same of the 25 modes of the grid."""
    return _coverage(game, toys.grid, "grid", seed)


def _coverage(game, mixture, name, seed):
    samples = _samples(game, name, seed, **MODES)
    return mode_coverage(samples, mixture.centres, mixture.standard_deviation)


def _samples(game, name, seed, width, epochs, learning_rate, activation):
    set_random_seed(seed)
    toy = data.load(name)
    steps = toy.train.steps(BATCH_SIZE, AT_ONCE)
    model = _model(game, toy.fields["x"].bounded(), seed, width, activation)
    plays = 1, PLAYS.get(game, 1)
    model.compile(*(_falling(learning_rate, epochs * steps * count) for count in plays))
    model.steps_per_execution = AT_ONCE
    batches = toy.train.batches(BATCH_SIZE, seed, steps_at_once=AT_ONCE)
    model.fit(batches, steps_per_epoch=steps, epochs=epochs, shuffle=False, verbose=0)
    return model.generate(SAMPLES, seed=1)


def _model(game, x, seed, width, activation):
    generator = networks.dense_generator(x.shape, *x.shape, width, x.limits, activation)
    discriminator = networks.dense_discriminator(x.shape, width, dropout=0.0)
    options = {"fields": {"x": x}, "seed": seed, "ema_decay": 0.999, **OPTIONS.get(game, {})}
    return GAMES[game](generator, discriminator, **options)


def _falling(learning_rate, plays):
    """Players circle their equilibrium and come to rest in it only as their steps shrink."""
    schedule = CosineDecay(learning_rate, plays, alpha=0.01)
    # Without momentum, which would carry a player past what the other has meanwhile moved.
    return Adam(schedule, beta_1=0.0, beta_2=0.9)


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
    name = task.__name__
    return {game: [results[f"{name} {game} {seed}"] for seed in range(seeds)] for game in games}


def cell(runs, measure, digits):
    """Mean ± standard deviation over the seeds, the least and the greatest value."""
    values = [run[measure] for run in runs]
    numbers = statistics.mean(values), statistics.stdev(values), min(values), max(values)
    return "{} ± {} ({} to {})".format(*(f"{number:.{digits}f}" for number in numbers))


def _row(game, runs, digits):
    return [game, *(cell(runs, *pair) for pair in digits.items())]


COVERAGE = {"modes": 1, "high_quality": 3}
TASKS = {
    normal: {"mean": 3, "deviation": 3, "distance": 3},
    ring: COVERAGE,
    grid: COVERAGE,
}


def parsed():
    options = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = argparse.ArgumentParser(description=__doc__, **options)
    some = {"nargs": "+", "metavar": "NAME", "help": "some of them"}
    parser.add_argument("--games", choices=GAMES, default=list(GAMES), **some)
    names = [task.__name__ for task in TASKS]
    parser.add_argument("--tasks", choices=names, default=names, **some)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, help="where to keep the results")
    return parser.parse_args()


def main():
    arguments = parsed()
    print(machine())
    for task, measures in TASKS.items():
        if task.__name__ in arguments.tasks:
            results = measured(task, arguments.games, arguments.seeds, arguments.out)
            digits = {**measures, "seconds": 0}
            rows = [_row(game, runs, digits) for game, runs in results.items()]
            title = f"{task.__name__}: mean ± sd (range) of {arguments.seeds} seeds"
            print(table([title, *digits], rows))


if __name__ == "__main__":
    main()
