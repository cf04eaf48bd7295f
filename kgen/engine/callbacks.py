import math

import keras
from keras import ops

from kgen.engine.optimizers import highest_rate, innermost

GROWTH = 1e4  # of a scalar since the first step; trainings that go well stay below 100


class TrainingDiverged(ValueError):
    """A scalar of a training step is no longer a finite number, or has grown beyond all measure."""


class StopOnDivergence(keras.callbacks.Callback):
    """Ends ``fit``, which always has it, with a ``TrainingDiverged`` as soon as a logged scalar gives a reason to.

    One is NaN or infinite, or ten thousand times as large as after the first step, or as 1 where it was smaller.
    """

    first = None

    def on_train_begin(self, logs=None):
        rates = {highest_rate(optimizer) for optimizer in self.model.optimizers.values()}
        self.rates = " and ".join(sorted(f"{rate:g}" for rate in rates))

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        logs = logs or {}
        self.first = self.first or logs
        for name, value in logs.items():
            if not abs(value) < GROWTH * max(1.0, abs(self.first.get(name, 1.0))):
                self._stop(name, float(value), batch)

    def _stop(self, name, value, batch):
        since = f", from {float(self.first[name]):.3g} in the first," if math.isfinite(value) else ""
        raise TrainingDiverged(
            f"{name} became {value:.3g}{since} in batch {batch + 1} of epoch {self.epoch}; nothing of "
            f"this epoch is kept. Try a lower learning rate than {self.rates}, a smaller batch size or "
            "a likelihood that fits the pixels."
        )


class CountEpochs(keras.callbacks.Callback):
    """Counts, in ``fit``, which always has it, the whole epochs behind a model, before anything is saved of them."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.epochs_trained += 1


class FinalWeights(keras.callbacks.Callback):
    """Leaves, at the end of ``fit``, the averages that optimizers with ``use_ema`` keep in place of the weights.

    Keras does so for a model's one optimizer.
    """

    def on_train_end(self, logs=None):
        for player, optimizer in self.model.optimizers.items():
            inner = innermost(optimizer)
            if inner.use_ema:
                _finalize(inner, self.model.variables_of(player))


def _finalize(optimizer, variables):
    optimizer.finalize_variable_values(variables)
    for variable in variables:
        # JAX cannot donate a buffer that a weight shares with its average.
        variable.assign(ops.copy(variable))


def watched(callbacks, model):
    """The callbacks of ``fit``, one or several, after those that it always has."""
    own = [StopOnDivergence(), CountEpochs(), FinalWeights()]
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return _joined(callbacks, own, model)
    return [*own, *keras.tree.flatten(callbacks or [])]


def _joined(callbacks, own, model):
    kinds = tuple(type(callback) for callback in own)
    others = [callback for callback in callbacks.callbacks if not isinstance(callback, kinds)]
    for callback in own:
        callback.set_model(model)
        callback.set_params(callbacks.params)
    callbacks.callbacks = [*own, *others]
    return callbacks
