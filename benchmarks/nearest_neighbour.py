"""The DCGAN paper's protocol: a nearest-neighbour classifier of samples on real test images.

It knows only the 50,000 samples.

Example:
    python benchmarks/nearest_neighbour.py runs/compare/cgan runs/compare/acgan
"""

import argparse

import common
from kgen.metrics import nearest_neighbour_error
from kgen.runs.run import Run

import numpy as np

SAMPLES = 50_000


def generated(run, classes):
    """As many samples of each class."""
    labels, model = np.arange(SAMPLES) % classes, run.model()
    return model.fields["x"].comparable(model.generate(SAMPLES, labels, seed=0)), labels


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "runs",
        nargs="+",
        type=Run.open,
        help="runs of conditional models, of one data set",
    )
    runs = parser.parse_args().runs
    dataset = runs[0].dataset()
    test = dataset.test.comparable(), dataset.test.labels
    real = dataset.train.subset(slice(SAMPLES))
    errors = {
        "real images": nearest_neighbour_error(real.comparable(), real.labels, *test)
    }
    for run in runs:
        errors[run.path.name] = nearest_neighbour_error(
            *generated(run, dataset.num_classes), *test
        )
    print(common.machine())
    print(
        common.table(
            [f"1-NN of {SAMPLES} images", "error"],
            [[name, f"{error:.4f}"] for name, error in errors.items()],
        )
    )


if __name__ == "__main__":
    main()
