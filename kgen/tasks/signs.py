"""What signs of health are read from, and how a fault shows in those of the last epochs."""

import numpy as np

PATIENCE = 3  # epochs in a row: games stumble, and most get up again
GROWING = 1.05
MOST_VALUES, MOST_NUMBERS, MOST_CLASSES = 256, 2**24, 10


def looked_at(split, model):
    """Some values and labels; of few classes where samples are asked for by class, so that each meets its like."""
    candidates, labels = np.arange(len(split)), model.asked(split.labels)
    if labels is not None:
        candidates = np.flatnonzero(np.isin(labels, np.unique(labels)[:MOST_CLASSES]))
    count = max(2, min(MOST_VALUES, MOST_NUMBERS // int(np.prod(model.shape))))
    part = split.subset(np.sort(np.random.default_rng(0).permutation(candidates)[:count]))
    return part["x"], part.labels


def lasts(rows, sign, wrong):
    """Whether a sign has been wrong for some epochs in a row."""
    values = np.array([row[sign] for row in rows[-PATIENCE:] if sign in row])
    return len(values) == PATIENCE and bool(np.all(wrong(values)))


def grows(rows, sign):
    """Whether a sign grows epoch by epoch: what is all but nothing may well double by chance."""
    values = np.array([row[sign] for row in rows[-PATIENCE:]])
    return bool(np.all(np.diff(values) > 0)) and values[-1] > GROWING * values[0]
