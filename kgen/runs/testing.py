"""A trained run measured on the test split that its training never saw."""

import numpy as np

from kgen import plots
from kgen.data import unscaled
from kgen.metrics import OutsideClassifier, sharpness

GENERATED, PART = 10_000, 500


def test(run):
    """Measures the run's model on its official test split, draws reconstructions; returns the numbers it wrote."""
    dataset, seen, model = run.dataset(), run.trained_on(), run.model()
    encodes = hasattr(model, "reconstruct")
    numbers = {
        **losses(model, seen),
        **(reconstructions(model, seen) if encodes else {}),
        **reality(dataset),
        **samples(model, dataset),
    }
    run.write_json("metrics.json", {**run.read_json("metrics.json"), "test": numbers})
    if encodes:
        run.save_figure(picture(model, seen), "test_reconstructions.png")
    return numbers


def losses(model, dataset):
    """What ``evaluate`` says of the test split, and the accuracy of a model that classifies."""
    pixel_range = model.pixel_range
    numbers = model.evaluate(dataset.test.ordered(pixel_range=pixel_range), verbose=0, return_dict=True)
    return {name: float(value) for name, value in numbers.items()}


def reconstructions(model, dataset):
    """Mean squared error of the reconstructions, a pixel, and how sharp they are."""
    rows, parts = [], dataset.test.parts(PART)
    for part in parts:
        real = part.scaled(model.pixel_range)
        again = model.reconstruct(real, part.labels)
        rows.append([np.mean((real - again) ** 2), sharpness(again)])
    error, sharp = _mean(rows, parts)
    return {"reconstruction_mse": error, "sharpness_reconstructed": sharp}


def reality(dataset):
    """How sharp the real images are."""
    parts = dataset.test.parts(PART)
    return {"sharpness_real": _mean([[sharpness(part.scaled())] for part in parts], parts)[0]}


def samples(model, dataset):
    """How sharp samples are, and how many an outside classifier reads as the class asked for."""
    if not model.num_classes:
        return {"sharpness_generated": float(np.mean([sharpness(images) for images, _ in _generated(model)]))}
    judge = OutsideClassifier(dataset)
    rows = [[sharpness(images), judge.agreement(images, labels)] for images, labels in _generated(model)]
    sharp, agreement = map(float, np.mean(rows, axis=0))
    return {
        "sharpness_generated": sharp,
        "outside_classifier_on_real": judge.accuracy,
        "outside_classifier_accuracy": agreement,
    }


def _mean(rows, parts):
    # The Laplacian sums to zero over an image, so the variances of parts average to the variance of the whole.
    return np.average(rows, axis=0, weights=[len(part) for part in parts]).tolist()


def _generated(model):
    # In [0, 1], as the classifier reads them and as the sharpness of models is compared.
    asked = np.arange(GENERATED) % (model.num_classes or 1)
    for seed, labels in enumerate(np.split(asked, GENERATED // PART)):
        images = model.generate(PART, labels if model.num_classes else None, seed)
        yield unscaled(images, model.pixel_range), labels


def picture(model, dataset, columns=10, rows=3):
    """Test images, real above and reconstructed below."""
    columns = min(columns, len(dataset.test))
    rows = min(rows, len(dataset.test) // columns)
    shown = dataset.test.subset(np.arange(columns * rows))
    real = shown.scaled(model.pixel_range)
    pairs = np.stack([real, model.reconstruct(real, shown.labels)], axis=1)
    pairs = pairs.reshape(rows, columns, 2, *real.shape[1:]).swapaxes(1, 2).reshape(rows * 2, columns, *real.shape[1:])
    return plots.grid(pairs, "test images: real above, reconstruction below", pixel_range=model.pixel_range)
