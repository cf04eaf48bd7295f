"""Trains saved models for eight steps without randomness; writes their losses and weights.

Run by test_backends.py: python -m tests.engine.eight_steps FOLDER
"""

import math
import sys
from pathlib import Path

import keras
import numpy as np
from keras import ops

import kgen.models
from tests.conftest import values_for

STEPS, BATCH_SIZE = 8, 16


def numbers(shape, training, draw=None):
    """The same for every step and backend, but not constant: BatchNorm would divide by zero."""
    return ops.reshape(ops.sin(ops.arange(math.prod(shape), dtype="float32")), shape)


def trained(path):
    """Losses and weights after eight steps."""
    for entry in kgen.models.MODELS.values():
        entry.load()
    model = keras.saving.load_model(path)
    model.noise = numbers
    values = values_for(model, STEPS * BATCH_SIZE)
    logs = model.fit(values, batch_size=BATCH_SIZE, shuffle=False, verbose=0).history
    weights = {f"weight_{i}": weight for i, weight in enumerate(model.get_weights())}
    return {**{name: values[0] for name, values in logs.items()}, **weights}


if __name__ == "__main__":
    for path in Path(sys.argv[1]).glob("*.keras"):
        np.savez(path.with_suffix(".npz"), **trained(path))
