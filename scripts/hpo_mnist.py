"""Searches two hyperparameters of a model and shows their effect on its digits.

A killed search continues with the same command.

Example:
    python scripts/hpo_mnist.py runs/hpo --epochs 10
    python scripts/hpo_mnist.py runs/hpo-digits --dataset digits --epochs 10 --batch-size 32
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse

from kgen.runs.config import RunConfig
from kgen.search import GenerativeHyperModel, Space, Tuning
from kgen.search.report import FILES

# Two hyperparameters per model: change them as you like.
SPACES = {
    "cvae": Space({"beta": [0.3, 1.0, 3.0], "latent_dim": [2, 8, 32]}),
    "cgan": Space(
        {"latent_dim": [8, 32, 128], "learning_rate.discriminator": [1e-4, 4e-4]}
    ),
    "cvae-cgan": Space({"beta": [0.1, 0.4, 1.0], "latent_dim": [8, 16, 32]}),
}

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "search", help="directory of the search: a new one, or that of the same search"
)
parser.add_argument("--model", choices=SPACES, default="cvae")
parser.add_argument(
    "--dataset", default="mnist", help="any data set that `kgen datasets` lists"
)
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--batch-size", type=int, default=128)
parser.add_argument(
    "--objective",
    default="evaluation_classifier_accuracy",
    help="what `kgen tune --help` lists",
)
arguments = parser.parse_args()

config = RunConfig(
    arguments.model,
    arguments.dataset,
    epochs=arguments.epochs,
    batch_size=arguments.batch_size,
)
subject = GenerativeHyperModel(config, SPACES[arguments.model])
try:
    tuning = Tuning(arguments.search, subject, objective=arguments.objective)
    print(tuning)
    search = tuning.run()
except ValueError as error:
    parser.error(str(error))

for record in search.ranked:
    print(
        f"{record.label}: {search.objective.name} {record.score(search.objective):.4g}"
    )
print(
    f"Written to {search.path}: "
    f"{', '.join(name for name in FILES if (search.path / name).exists())}"
)
