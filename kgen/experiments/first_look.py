"""The losses of a model before training, beside the values that theory expects.

Also a test whether the model can learn at all.
"""

import keras
import numpy as np

from kgen import console, data, tasks
from kgen.checks import counted
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.experiments import building
from kgen.runs.config import RunConfig

EPOCHS, BATCH = 300, 16


def first_losses(model: GenerativeModel, dataset: Data) -> str:
    """A table of the losses before the first step, found and expected by theory.

    It is empty if theory expects nothing of the model.
    """
    rows = []
    for task in tasks.applying(model, dataset):
        rows += task.expected(model, dataset.validation)
    if not rows:
        return ""
    lines = [f"{'Before the first step':24}{'found':>12}{'expected':>12}"]
    for name, value, should, why in rows:
        if value or should:
            lines.append(f"  {name:22}{value:12.4g}{should:12.4g}  {why}")
    return "\n".join(lines)


def overfit(config: RunConfig, count: int) -> float:
    """Trains a model on ``count`` values until it should have memorised them.

    Returns the share of their variance that the reconstructions explain.
    """
    model, dataset = _untrained(config)
    tasks.named("reconstruct", model, dataset)
    if count > len(dataset.validation):
        raise ValueError(
            f"{count} values are more than the {len(dataset.validation)} "
            "that there are to choose from."
        )
    some = dataset.validation.examples(count)
    x, y = some["x"], some.labels
    _learn_by_heart(model, x, y)
    field = model.fields["x"]
    again, real = field.scaled(model.reconstruct(x, y)), field.scaled(x)
    return 1.0 - np.mean((again - real) ** 2) / np.var(real)


def _learn_by_heart(model, x, y):
    repeated = np.resize(np.arange(len(x)), max(len(x), BATCH))
    labels = None if y is None else y[repeated]
    with console.Steps(
        EPOCHS, f"Learning {counted(len(x), 'value')} by heart", "epoch"
    ) as steps:
        told = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: steps.advance()
        )
        model.fit(
            x[repeated],
            labels,
            batch_size=BATCH,
            epochs=EPOCHS,
            verbose=0,
            callbacks=[told],
        )


def _untrained(config):
    config = building.asked(config)
    data.check(config.dataset, **config.data)
    dataset = data.load(config.dataset, **config.data).binarised(config.binarisation)
    keras.utils.set_random_seed(config.seed)
    return building.build(building.completed(config, dataset), dataset), dataset
