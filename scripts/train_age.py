"""Trains a network that estimates ages from scans through concepts, or directly from a table.

Concepts are values such as the volumes of tissues.

Example:
    kgen data synthesize brains brains --volumes --size 64 --effect 0
    python scripts/train_age.py runs/age --dataset nifti:brains/table.csv \
        --concepts true_csf_volume_mm3 true_gm_volume_mm3 true_wm_volume_mm3
    python scripts/train_age.py runs/thickness --dataset csv:thickness.csv --data subject=person
    python scripts/test_age.py runs/age
"""

import argparse

from kgen import data
from kgen.callbacks.batch_bar import BatchBar
from kgen.callbacks.epoch_lines import EpochLines
from kgen.callbacks.pictures import Pictures
from kgen.callbacks.recorder import Recorder
from kgen.engine.accepts import taken
from kgen.experiments.report import write_report
from kgen.models import MODELS
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

import keras

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "run", help="a new directory for the model, its history and its pictures"
)
parser.add_argument(
    "--dataset",
    required=True,
    help="nifti:TABLE.csv or csv:TABLE.csv, with the column age in years",
)
parser.add_argument(
    "--concepts", nargs="+", default=[], help="columns of concepts; of scans alone"
)
parser.add_argument(
    "--data",
    nargs="+",
    default=[],
    metavar="NAME=VALUE",
    help="more options of the data set",
)
parser.add_argument(
    "--mode", default="independent", help="joint, sequential or independent"
)
parser.add_argument(
    "--network", default="baseline", help="of scans: baseline or larger"
)
parser.add_argument("--epochs", type=int, default=60)
parser.add_argument("--batch-size", type=int, default=16)
arguments = parser.parse_args()

keras.utils.set_random_seed(0)
of_scans = arguments.dataset.startswith("nifti:")
options = {
    "number": "age",
    "unit": "years",
    "test_share": 0.25,
    "validation_share": 0.15,
}
options |= {"covariates": arguments.concepts} if arguments.concepts else {}
options |= {"axis": "none", "anatomy": "brain"} if of_scans else {}
options |= dict(option.split("=", 1) for option in arguments.data)
data.check(arguments.dataset, **options)
dataset = data.load(arguments.dataset, **options)
print(dataset)

name = "concept-bottleneck" if of_scans and arguments.concepts else "regressor"
chosen = {"network": arguments.network} if of_scans else {}
chosen |= {"mode": arguments.mode} if name == "concept-bottleneck" else {}
config = RunConfig(
    name, arguments.dataset, data=options, epochs=arguments.epochs, batch_size=arguments.batch_size,
    options=chosen, fingerprint=dataset.fingerprint,
)  # fmt: skip
run = Run.create(arguments.run, config)

cls = MODELS[name].load()
model = cls.from_fields(**taken(cls, dataset.fields), **chosen, seed=0)
model.compile()
model.fit(
    dataset.train.batches(arguments.batch_size, seed=0),
    steps_per_epoch=dataset.train.steps(arguments.batch_size),
    validation_data=dataset.validation.ordered(),
    epochs=arguments.epochs,
    shuffle=False,
    verbose=0,
    callbacks=[BatchBar(), Recorder(run), Pictures(run, dataset), EpochLines()],
)
write_report(run, model, dataset)
print(f"Written to {run.path}. Next: python scripts/test_age.py {run.path}")
