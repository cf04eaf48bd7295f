"""Tests a conditional VAE–GAN of brains: does it diagnose, and show what the disease changes?

Example:
    python scripts/test_cvaecgan_ad.py runs/ad
"""

import argparse

from kgen import plots, tasks
from kgen.experiments.card import write_card
from kgen.experiments.testing import tested
from kgen.metrics import accuracy, area_under_roc, interval
from kgen.runs.run import Run
from kgen.tasks.contrast import differences, pairs

import numpy as np

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument("run", help="the directory that train_cvaecgan_ad.py wrote")
run = Run.open(parser.parse_args().run)
dataset, model = run.dataset(), run.model()
images, labels, names = dataset.test["x"], dataset.test.labels, dataset.class_names
subjects = dataset.test.facts.get("subject")

probabilities = model.classify(images)
read = probabilities.argmax(axis=1)
for name, statistic, found in (
    ("accuracy", accuracy, read),
    ("area under the ROC", area_under_roc, probabilities),
):
    low, high = interval(statistic, (found, labels), subjects)
    print(
        f"classifies:   {name} {statistic(found, labels):.3f} "
        f"(95 % interval {low:.3f} to {high:.3f})"
    )

well, ill = pairs(model)
change = differences(model, well, ill)
told = f"{len(change)} pairs of one style, {names[0]} and {names[1]}"
print(f"shows:        {told}; mean change of a pixel {np.abs(change).mean():.4f}")

samples = model.sheet(rows=20, seed=1).swapaxes(0, 1)
run.save_figure(
    plots.grid(samples, "one class per row", rows=names, field=model.fields["x"]),
    "test_classes.png",
)
for task in tasks.applying(model, dataset):
    for name, figure in task.test_figures(model, dataset).items():
        run.save_figure(figure, name)
tested(run)
write_card(run, dataset)
print(f"pictures:     {run.path}/report.html; the model card is {run.path}/card.md")
