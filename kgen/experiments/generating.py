"""Samples of a run's model as a picture or as arrays."""

import math

import numpy as np

from kgen import plots, tasks
from kgen.data.npz import CLASS_NAMES


def generate(run, label, count, seed, out):
    """Writes ``count`` samples, of one class (its name or number) or of all in turn, to a .png or .npz file."""
    model = run.model()
    tasks.named("generate", model, run.dataset())
    labels, x = model.labels_of(count, label), model.fields["x"]
    values = model.generate(count, label, seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".npz":
        np.savez_compressed(out, x=x.rounded(values), **_told(model, labels))
    else:
        columns = math.ceil(math.sqrt(count))
        plots.gallery(values, columns=columns, field=x).savefig(out)


def _told(model, labels):
    """The labels of samples, with the names of their classes where they have some; nothing of a model without."""
    if labels is None:
        return {}
    names = model.fields["y"].names
    return {"y": labels, CLASS_NAMES: names} if names else {"y": labels}
