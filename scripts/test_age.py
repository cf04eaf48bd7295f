"""Tests a network that estimates ages beside the median, a ridge and a kernel ridge.

Example:
    python scripts/test_age.py runs/age
"""

import argparse

from kgen.abilities import HasConcepts
from kgen.experiments.testing import tested
from kgen.metrics import interval, interventions, mean_absolute_error, ridge_estimates
from kgen.runs.run import Run
from kgen.search import EstimatorHyperModel, Range, Space, Tuning

import numpy as np
from sklearn.kernel_ridge import KernelRidge

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument("run", help="the directory that train_age.py wrote")
parser.add_argument(
    "--trials", type=int, default=15, help="of the Bayesian search for the kernel ridge"
)
arguments = parser.parse_args()
run = Run.open(arguments.run)
dataset, model = run.dataset(), run.model("best.keras")
train, test = dataset.train, dataset.test
ages = dataset.fields["y"]


def tell(name, estimates):
    """A line with an error and its 95 % interval, over people if they are known."""
    low, high = interval(
        mean_absolute_error, [estimates, test["y"]], test.facts.get("subject")
    )
    error = mean_absolute_error(estimates, test["y"])
    print(
        f"{name:28}{error:6.2f} {ages.unit or ''} (95 % interval {low:.2f} to {high:.2f})"
    )


measures = "c" if "c" in dataset.fields else "x"
known, y = train.scaled(measures).reshape(len(train), -1), train.scaled("y")[:, 0]
new = test.scaled(measures).reshape(len(test), -1)
space = Space(
    {"alpha": Range(1e-3, 1.0, log=True), "gamma": Range(1e-4, 1.0, log=True)}
)
subject = EstimatorHyperModel(
    KernelRidge(kernel="rbf"), known, y, space, unit=float(ages.deviation)
)
best = (
    Tuning(
        run.path / "kernel-ridge", subject, "bayesian", trials=arguments.trials, keep=1
    )
    .run()
    .ranked[0]
    .values
)
kernel = KernelRidge(kernel="rbf", **best).fit(known, y)

tell("median of the training ages", np.full(len(test), np.median(train["y"])))
tell("ridge of true measures", ridge_estimates(known, train["y"], new))
tell("kernel ridge of the same", ages.unscaled(kernel.predict(new)))
tell(type(model).__name__, model.estimate(test["x"]))
if isinstance(model, HasConcepts):
    found = model.concepts(test["x"])
    tell(
        "its concepts, kernel ridge",
        ages.unscaled(kernel.predict(dataset.fields["c"].scaled(found))),
    )
    errors = interventions(model.decide, found, test["c"], test["y"]).mean
    print(
        f"error as concepts are corrected: {', '.join(f'{error:.2f}' for error in errors)}"
    )
numbers = tested(run)
covered = (
    numbers["scores"]
    .get("interval_coverage", {})
    .get("value", numbers["left_out"].get("interval_coverage"))
)
print(f"share within the 90 % interval:  {covered}")
print(f"pictures: {run.path}/report.html; the model card is {run.path}/card.md")
