"""A trained run measured on the test split that its training never saw."""

import numpy as np

from kgen import data, plots
from kgen.metrics import OutsideClassifier, sharpness

GENERATED = 10_000


def test(run):
    """Measures the run's model on its official test split, draws reconstructions; returns the numbers it wrote."""
    dataset, model = data.load(run.config["dataset"]), run.model()
    numbers = {
        **losses(model, dataset),
        **reconstructions(model, dataset),
        **samples(model, dataset),
    }
    run.write_json("metrics.json", {**run.read_json("metrics.json"), "test": numbers})
    run.save_figure(picture(model, dataset), "test_reconstructions.png")
    return numbers


def losses(model, dataset):
    """What ``evaluate`` says of the test split, and the accuracy of a model that classifies."""
    pixel_range = model.likelihood.input_range
    numbers = model.evaluate(dataset.test.ordered(pixel_range=pixel_range), verbose=0, return_dict=True)
    return {name: float(value) for name, value in numbers.items()}


def reconstructions(model, dataset):
    """Mean squared error of the reconstructions, a pixel, and how sharp real and reconstructed images are."""
    real = dataset.test.scaled(model.likelihood.input_range)
    again = model.reconstruct(real, dataset.test.labels)
    return {
        "reconstruction_mse": float(np.mean((real - again) ** 2)),
        "sharpness_real": sharpness(real),
        "sharpness_reconstructed": sharpness(again),
    }


def samples(model, dataset, seed=0):
    """How sharp samples are, and how many an outside classifier reads as the class asked for."""
    images = model.generate(GENERATED, seed=seed)
    numbers = {"sharpness_generated": sharpness(images)}
    if model.num_classes:
        judge = OutsideClassifier(dataset)
        numbers["outside_classifier_accuracy"] = judge.accuracy
        numbers["outside_classifier_on_generated"] = judge.agreement(images, np.arange(GENERATED) % model.num_classes)
    return numbers


def picture(model, dataset, columns=10, rows=3):
    """Test images, real above and reconstructed below."""
    columns = min(columns, len(dataset.test))
    rows = min(rows, len(dataset.test) // columns)
    shown = dataset.test.subset(np.arange(columns * rows))
    real = shown.scaled(model.likelihood.input_range)
    pairs = np.stack([real, model.reconstruct(real, shown.labels)], axis=1)
    pairs = pairs.reshape(rows, columns, 2, *real.shape[1:]).swapaxes(1, 2).reshape(rows * 2, columns, *real.shape[1:])
    return plots.grid(pairs, "test images: real above, reconstruction below", pixel_range=model.likelihood.input_range)
