"""Samples of a run's model as a picture or as arrays."""

import math

import numpy as np

from kgen import plots


def generate(run, label, count, seed, out):
    """Writes ``count`` samples, of one class or of all in turn, to a .png or .npz file."""
    model = run.model()
    if label is not None and model.num_classes is None:
        raise ValueError(f"--label {label}: a {run.config['model']} knows no classes; leave --label out.")
    if label is not None and not 0 <= label < model.num_classes:
        raise ValueError(f"--label {label} is not one of the classes 0 to {model.num_classes - 1}.")
    values, x = model.generate(count, label, seed), model.fields["x"]
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".npz":
        labels = {} if model.num_classes is None else {"y": _labels(model, label, count)}
        np.savez_compressed(out, x=x.rounded(values), **labels)
    else:
        columns = math.ceil(math.sqrt(count))
        plots.gallery(values, columns=columns, field=x).savefig(out)


def _labels(model, label, count):
    return np.arange(count) % model.num_classes if label is None else np.full(count, label)
