"""Tests a trained conditional VAE–GAN: does it classify, reconstruct and synthesise digits?

Example:
    python scripts/test_cvaecgan_mnist.py runs/mnist
"""

import argparse

from kgen import plots
from kgen.metrics import EvaluationClassifier
from kgen.runs.run import Run
from kgen.tasks.reconstruct import Reconstruct

import numpy as np

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument("run", help="the directory that train_cvaecgan_mnist.py wrote")
run = Run.open(parser.parse_args().run)
dataset, model = run.dataset(), run.model()
images, labels, field = dataset.test["x"], dataset.test.labels, model.fields["x"]

predicted = model.classify(images).argmax(axis=1)
print(
    f"classifies:   {np.mean(predicted == labels):.2%} of the {len(labels)} test images"
)

reconstructed = model.reconstruct(images, labels)
error = np.mean((field.comparable(images) - field.comparable(reconstructed)) ** 2)
print(f"reconstructs: mean squared error {error:.4f} a pixel between 0 and 1")

asked = np.arange(10_000) % dataset.num_classes
judge = EvaluationClassifier(dataset)
drawn = model.generate(len(asked), asked, seed=0)
agreement = judge.agreement(field.comparable(drawn), asked)
print(
    f"synthesises:  {agreement:.2%} of {len(asked)} samples are read as the class asked for"
)
print(
    f"              by a classifier that reads {judge.accuracy:.2%} of the real test images"
)

samples = model.sheet(rows=10, seed=1)
names = dataset.class_names
for name, figure in Reconstruct().test_figures(model, dataset).items():
    run.save_figure(figure, name)
classes = plots.grid(samples, "one class per column", columns=names, field=field)
styles = plots.grid(
    samples.swapaxes(0, 1), "one style (z) per column", rows=names, field=field
)
run.save_figure(classes, "test_classes.png")
run.save_figure(styles, "test_styles.png")
print(
    f"pictures:     {run.path}/test_reconstructions.png, test_classes.png, test_styles.png"
)
