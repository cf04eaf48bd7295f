"""A trained run measured on the test split that its training never saw."""

import numpy as np

from kgen import plots
from kgen.fields import Image
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
    numbers = model.evaluate(dataset.test.ordered(), verbose=0, return_dict=True)
    return {name: float(value) for name, value in numbers.items()}


def reconstructions(model, dataset):
    """Mean squared error of the reconstructions, a scaled number, and of images how sharp they are."""
    rows, parts, x = [], dataset.test.parts(PART), model.fields["x"]
    for part in parts:
        again = model.reconstruct(part["x"], part.labels)
        error = np.mean((x.scaled(part["x"]) - x.scaled(again)) ** 2)
        rows.append({"reconstruction_mse": error, **_sharpness(x, again, "reconstructed")})
    return _mean(rows, parts)


def reality(dataset):
    """How sharp the real images are."""
    parts, x = dataset.test.parts(PART), dataset.fields["x"]
    return _mean([_sharpness(x, part["x"], "real") for part in parts], parts)


def samples(model, dataset):
    """How sharp samples are, and how many an outside classifier reads as the class asked for."""
    judge = OutsideClassifier(dataset) if model.num_classes else None
    rows, x, real = [], model.fields["x"], dataset.fields["x"]
    for values, labels in _generated(model):
        row = _sharpness(x, values, "generated")
        if judge:
            seen = real.comparable(x.in_units_of(real, values))
            row["outside_classifier_accuracy"] = judge.agreement(seen, labels)
        rows.append(row)
    numbers = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    return {**numbers, "outside_classifier_on_real": judge.accuracy} if judge else numbers


def _sharpness(field, values, of):
    """How sharp images are, between 0, black, and 1, white; other values have no edges."""
    return {f"sharpness_{of}": sharpness(field.comparable(values))} if isinstance(field, Image) else {}


def _mean(rows, parts):
    # The Laplacian sums to zero over an image, so the variances of parts average to the variance of the whole.
    weights = [len(part) for part in parts]
    return {name: float(np.average([row[name] for row in rows], weights=weights)) for name in rows[0]}


def _generated(model):
    asked = np.arange(GENERATED) % (model.num_classes or 1)
    for seed, labels in enumerate(np.split(asked, GENERATED // PART)):
        yield model.generate(PART, labels if model.num_classes else None, seed), labels


def picture(model, dataset, columns=10, rows=3):
    """Test values, real above and reconstructed below."""
    columns = min(columns, len(dataset.test))
    rows = min(rows, len(dataset.test) // columns)
    shown = dataset.test.subset(np.arange(columns * rows))
    real = shown["x"]
    pairs = np.stack([real, model.reconstruct(real, shown.labels)], axis=1)
    pairs = pairs.reshape(rows, columns, 2, *real.shape[1:]).swapaxes(1, 2).reshape(rows * 2, columns, *real.shape[1:])
    x = model.fields["x"]
    return plots.grid(pairs, f"test {x.noun}s: real above, reconstruction below", field=x)
