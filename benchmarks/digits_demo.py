"""The demo's training with several seeds: test accuracy and what the evaluation classifier reads.

Example:
    python benchmarks/digits_demo.py runs/digits --seeds 5
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
from pathlib import Path

from kgen.experiments import testing, training
from kgen.runs.config import RunConfig

import numpy as np

OPTIONS = {"likelihood": "continuous-bernoulli", "fake_class_weight": 1.0}
CONFIG = RunConfig("cvae-cgan", "digits", epochs=30, batch_size=32, options=OPTIONS)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, help="directory of the runs")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    rows = []
    for seed in range(arguments.seeds):
        config = CONFIG.replaced(seed=seed)
        numbers = testing.test(training.start(arguments.runs / str(seed), config))
        rows.append([numbers["accuracy"], numbers["evaluation_classifier_accuracy"]])
        print(
            f"seed {seed}: accuracy {rows[-1][0]:.4f}, generated read as asked {rows[-1][1]:.4f}",
            flush=True,
        )
    print("mean:  ", np.mean(rows, axis=0).round(4))


if __name__ == "__main__":
    main()
