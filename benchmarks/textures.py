"""Textures painted by a Markovian GAN, beside an autoencoder of pixels with the same networks.

The distance between generated and photographed patches is a Fréchet distance of 7×7 windows. The
windows are whitened by the training patches: all 49 directions then count equally, and lost
sharpness costs as much as lost light and shade. Distances are to the training patches; the
real-against-real reference is that of the test patches, another strip of the photograph, and noise
that of their pixels in random order. A killed training continues where it stopped.

Example:
    python benchmarks/textures.py runs/bench/textures
    python benchmarks/textures.py runs/bench/textures --textures gravel
"""

import argparse
from pathlib import Path

from common import machine, table
from kgen.data.textures import NAMES, photograph
from kgen.experiments.resuming import trained
from kgen.metrics import frechet_distance
from kgen.runs.config import RunConfig

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

COUNT, SAMPLES = 8000, 500
WIDTH, RATE = 8, 1e-3
WINDOW, STEP = 7, 4  # pixels
CANVAS = 192
WEIGHTS = {"autoencoder of pixels": 0.0, "Markovian GAN": 0.1}  # λ


def config(texture, weight, epochs):
    """The training of one texture."""
    return RunConfig(
        "markovian-gan", "textures", epochs=epochs, batch_size=32, seed=0,
        learning_rates={"all": RATE},
        options={"width": WIDTH, "texture_weight": weight}, steps_per_execution=10,
        data={"texture": texture, "count": COUNT},
    )  # fmt: skip


class Windows:
    """Windows of patches as rows, whitened by those of the training patches."""

    def __init__(self, training):
        rows = _windows(training)
        self.mean, covariance = rows.mean(axis=0), np.cov(rows, rowvar=False)
        values, vectors = np.linalg.eigh(covariance)
        self.whitening = vectors / np.sqrt(values)
        self.reference = self(training)

    def __call__(self, patches):
        return (_windows(patches) - self.mean) @ self.whitening

    def distance(self, patches):
        """The Fréchet distance of patches to those of the training."""
        return frechet_distance(self.reference, self(patches)[: len(self.reference)])


def _windows(patches):
    views = sliding_window_view(
        patches[..., 0].astype("float64"), (WINDOW, WINDOW), axis=(1, 2)
    )
    return views[:, ::STEP, ::STEP].reshape(-1, WINDOW**2)


def measured(runs):
    """The distances of one texture, by what is compared with the training patches."""
    data = next(iter(runs.values())).dataset()
    test = data.test["x"][:SAMPLES]
    windows = Windows(data.train["x"][: len(test)])
    noise = np.random.default_rng(0).permutation(test.ravel()).reshape(test.shape)
    found = {
        "photographs of the test": windows.distance(test),
        "noise": windows.distance(noise),
    }
    for name, run in runs.items():
        model = run.model()
        found[f"{name}: test patches again"] = windows.distance(model.reconstruct(test))
        samples = model.generate(len(test), seed=0)
        found[f"{name}: from noise"] = windows.distance(samples)
    return found


def pictured(texture, runs):
    """The photograph, canvases of the autoencoder and of the GAN, another photograph restyled."""
    models = [run.model() for run in runs.values()]
    canvases = [model.canvas(CANVAS, CANVAS, seed=0)[0] for model in models]
    other = _piece(NAMES[NAMES.index(texture) - 1])
    shown = [_piece(texture), *canvases, other, models[-1].restyle(other[None])[0]]
    return np.hstack([np.pad(part[..., 0], 2, constant_values=255) for part in shown])


def _piece(texture):
    return photograph(texture)[:CANVAS, :CANVAS, None]


def parsed():
    options = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = argparse.ArgumentParser(description=__doc__, **options)
    parser.add_argument("folder", type=Path, help="where the runs and the pictures go")
    choice = {"choices": NAMES, "default": NAMES, "metavar": "NAME"}
    parser.add_argument("--textures", nargs="+", help="some of them", **choice)
    parser.add_argument("--epochs", type=int, default=3)
    return parser.parse_args()


def main():
    arguments = parsed()
    print(machine())
    found, pictures = {}, []
    for texture in arguments.textures:
        runs = {}
        for name, weight in WEIGHTS.items():
            asked = config(texture, weight, arguments.epochs)
            runs[name] = trained(arguments.folder / f"{texture} {weight}", asked)
        found[texture] = measured(runs)
        pictures.append(pictured(texture, runs))
    picture = np.vstack(pictures).round().astype("uint8")
    Image.fromarray(picture).save(arguments.folder / "textures.png")
    print(tabled(found))


def tabled(found):
    """A row for each thing compared, a column for each texture."""
    names = next(iter(found.values()))
    rows = [
        [name, *(f"{numbers[name]:.2f}" for numbers in found.values())]
        for name in names
    ]
    return table(["Fréchet distance of whitened windows", *found], rows)


if __name__ == "__main__":
    main()
