"""Coronary arteries: what splines keep of drawn ones, and how like them those of a WGAN-GP are.

splines: with how many coefficients centrelines come back, and how often they are then told from
    others that were left as they are.
gan: distances of length, tortuosity and radius, two-sample tests and smoothness of generated
    arteries after some steps of the generator, beside real ones and a Gaussian of the coefficients.
A killed command continues where it stopped.

Example:
    python benchmarks/arteries.py runs/arteries
    python benchmarks/arteries.py runs/arteries --parts gan --steps 500 1500
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
import time
from pathlib import Path

import common
from kgen import data, plots, tasks
from kgen.data.arteries import Arteries
from kgen.data.arteries.writing import TABLE, VESSELS, write
from kgen.fields import Centreline
from kgen.metrics import vessels
from kgen.models import WGANGP
from kgen.tasks.study import Study

import keras
import numpy as np

COUNT, STEPS = 2000, (500, 1500, 3000)
COEFFICIENTS = 8, 12, 16, 24
WIDTH, LATENT, CRITIC, RATE, BATCH = 32, 32, 3, 4e-4, 64
AVERAGED = 0.998  # decay of the average of the generator's weights
SHOWN = 8


def coronaries(folder):
    """The data of drawn arteries, which are written if they are not there."""
    path = folder / "coronaries"
    if not (path / TABLE).exists():
        write(path, Arteries(seed=0), COUNT)
    return data.load(f"centrelines:{path / VESSELS}", table=str(path / TABLE))


def of_splines(folder):
    """A row for each number of coefficients."""
    values = coronaries(folder).train["x"]
    kept, other = np.array_split(values, 2)
    for count in COEFFICIENTS:
        field = Centreline.of(values, "x", count).fitted(values)
        again = field.unscaled(field.scaled(other))
        apart = np.linalg.norm((again - other)[..., :3], axis=2)
        wide = np.abs(again - other)[..., 3]
        told = vessels.vessels_told_apart(
            vessels.all_features(kept), vessels.all_features(again)
        )
        numbers = (
            apart.mean(),
            np.quantile(apart, 0.99),
            wide.mean(),
            np.quantile(wide, 0.99),
            told,
        )
        yield [count, *(f"{number:.3f}" for number in numbers)]


def untrained(dataset, steps):
    """A model whose rates fall to 0 over so many steps of the generator."""
    keras.utils.set_random_seed(0)
    sizes = {
        "latent_dim": LATENT,
        "width": WIDTH,
        "n_critic": CRITIC,
        "ema_decay": AVERAGED,
    }
    model = WGANGP.from_fields(dataset.fields["x"], **sizes)
    model.compile(
        discriminator_optimizer=falling(CRITIC * steps),
        generator_optimizer=falling(steps),
    )
    return model


def falling(steps):
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9)


def trained(folder, dataset, stages):
    """Yields the steps and the model after each stage; finished stages are read from the folder."""
    model, done = untrained(dataset, max(stages)), 0
    x, batch = dataset.train["x"], BATCH * CRITIC
    for steps in stages:
        path = folder / f"wgan-gp-{steps}.keras"
        if path.exists():
            model = keras.saving.load_model(path)
        else:
            start = time.process_time()
            epochs = (steps - done) // -(-len(x) // batch)
            model.fit(x, batch_size=batch, epochs=max(1, epochs), verbose=0)
            model.save(path)
            print(f"{steps} steps: {time.process_time() - start:.0f} CPU s", flush=True)
        done = steps
        yield steps, model


def of_gan(folder, stages):
    """A row for each metric: after each stage, of real arteries, of the Gaussian."""
    dataset = coronaries(folder)
    found = {}
    for steps, model in trained(folder, dataset, stages):
        found[steps] = tasks.load("vessels").measure(Study(model, dataset))
    drawn(folder, dataset, model)
    for name, last in found[steps].items():
        values = (
            *(scores[name].value for scores in found.values()),
            last.real,
            last.baseline,
        )
        yield [name, *("" if value is None else f"{value:.3g}" for value in values)]


def drawn(folder, dataset, model):
    """Writes a picture of real arteries above generated ones."""
    rows = dataset.test["x"][: 2 * SHOWN], model.generate(2 * SHOWN, seed=1)
    cells = np.concatenate(rows).reshape(4, SHOWN, *rows[0].shape[1:])
    names = ["real", "real", "generated", "generated"]
    figure = plots.grid(cells, rows=names, field=dataset.fields["x"])
    figure.savefig(folder / "arteries.png")


def parsed():
    options = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = argparse.ArgumentParser(description=__doc__, **options)
    parser.add_argument(
        "folder", type=Path, help="where the arteries and the models go"
    )
    parser.add_argument(
        "--parts", nargs="+", choices=["splines", "gan"], default=["splines", "gan"]
    )
    parser.add_argument(
        "--steps", nargs="+", type=int, default=STEPS, help="of the generator"
    )
    return parser.parse_args()


def main():
    arguments = parsed()
    print(common.machine())
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if "splines" in arguments.parts:
        header = [
            "coefficients",
            "mm off",
            "99 %",
            "radius, mm off",
            "99 %",
            "told apart",
        ]
        print(common.table(header, of_splines(arguments.folder)))
    if "gan" in arguments.parts:
        header = [
            "",
            *(f"{steps} steps" for steps in arguments.steps),
            "real",
            "Gaussian",
        ]
        print(common.table(header, of_gan(arguments.folder, arguments.steps)))


if __name__ == "__main__":
    main()
