"""The cVAE-cGAN on slices of 52 × 44 pixels, with two weights of its bound.

One is the default of images of 28 × 28 pixels, the other that of these slices: the default falls
as the number of pixels grows.

Example:
    python benchmarks/elbo_weight.py runs/elbo_weight
"""

from pathlib import Path

import common
import phantoms
from kgen.experiments import testing, training
from kgen.runs.config import RunConfig

import numpy as np

SHOWN = (
    "accuracy", "evaluation_classifier_accuracy", "evaluation_classifier_accuracy_of_real",
    "sharpness", "sharpness_of_real", "reconstruction_mse",
)  # fmt: skip
USUAL = 0.02


def numbers(folder, data, epochs, options):
    """The weight, the bound's share of the generator's loss, and metrics of the trained model."""
    config = RunConfig(
        "cvae-cgan", f"npz:{data}", epochs=epochs, batch_size=64, options=options
    )
    run = training.start(folder, config)
    found, weight = testing.test(run), run.model().elbo_weight
    share = weight * found["reconstruction_loss"] / found["generator_loss"]
    return [f"{weight:.4f}", f"{share:.2f}", *(f"{found[name]:.4f}" for name in SHOWN)]


def main():
    parser = common.parser(__doc__)
    parser.add_argument("runs", type=Path, help="directory of the runs")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument(
        "--slices",
        type=int,
        default=1600,
        help="of the training; a quarter as many are the test",
    )
    arguments = parser.parse_args()
    arguments.runs.mkdir(parents=True, exist_ok=True)
    data = arguments.runs / "slices.npz"
    count = arguments.slices
    x, y = phantoms.slices(count + count // 4)
    np.savez(data, x=x[:count], y=y[:count], x_test=x[count:], y_test=y[count:])
    ways = {"small": {"elbo_weight": USUAL}, "default": {}}
    rows = [
        [way, *numbers(arguments.runs / way, data, arguments.epochs, ways[way])]
        for way in ways
    ]
    print(common.machine())
    print(common.table(["", "weight", "its part", *SHOWN], rows))


if __name__ == "__main__":
    main()
