"""How a fault shows in the signs of the last epochs."""

import numpy as np

PATIENCE = 3  # epochs in a row: games stumble, and most get up again
GROWING = 1.05


def lasts(rows, sign, wrong):
    """Whether a sign has been wrong for some epochs in a row."""
    values = np.array([row[sign] for row in rows[-PATIENCE:] if sign in row])
    return len(values) == PATIENCE and bool(np.all(wrong(values)))


def grows(rows, sign):
    """Whether a sign grows epoch by epoch: what is all but nothing may well double by chance."""
    values = np.array([row[sign] for row in rows[-PATIENCE:]])
    return bool(np.all(np.diff(values) > 0)) and values[-1] > GROWING * values[0]
