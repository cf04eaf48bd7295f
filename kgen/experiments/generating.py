"""Samples of a run's model as a picture or as arrays."""

import math

import numpy as np

from kgen import plots, tasks


def generate(run, label, count, seed, out):
    """Writes ``count`` samples, of one class or of all in turn, to a .png or .npz file."""
    model = run.model()
    tasks.named("generate", model, run.dataset())
    labels, x = model.labels_of(count, label), model.fields["x"]
    values = model.generate(count, label, seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".npz":
        told = {} if labels is None else {"y": labels}
        np.savez_compressed(out, x=x.rounded(values), **told)
    else:
        columns = math.ceil(math.sqrt(count))
        plots.gallery(values, columns=columns, field=x).savefig(out)
