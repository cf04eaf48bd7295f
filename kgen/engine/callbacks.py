import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
from keras import ops

from kgen.engine.checks import check_settable_rates
from kgen.engine.optimizers import highest_rate, innermost
from kgen.types import Scalars

Callbacks: TypeAlias = (
    keras.callbacks.CallbackList
    | keras.callbacks.Callback
    | Sequence[keras.callbacks.Callback]
    | None
)

GROWTH = 1e4  # of a scalar since the first step; trainings that go well stay below 100
WEIGHTS = 100.0  # growth of the norm of a player's weights; trainings that go well stay below 10


class TrainingDiverged(ValueError):
    """A scalar of a training step is not finite, or a scalar or a weight norm is far too large."""


class StopOnDivergence(keras.callbacks.Callback):
    """Ends ``fit`` with a ``TrainingDiverged`` as soon as a scalar or the weights diverge.

    ``fit`` always has it. A logged scalar diverges if it is NaN, infinite, or 10,000 times as large
    as after the first step (or as 1, where it was smaller). Some scalars are bounded, or wild from
    the first step, so the weights are checked too: after an epoch, the norm of a player's weights
    must not be 100 times as large as before the training (or as 1).
    """

    first: Scalars | None = None
    rates: str | None = None

    def on_train_begin(self, logs: Scalars | None = None) -> None:
        self.norms = self._norms()

    def on_epoch_begin(self, epoch: int, logs: Scalars | None = None) -> None:
        self.epoch, self.rates = epoch + 1, None

    def on_train_batch_begin(self, batch: int, logs: Scalars | None = None) -> None:
        # Other callbacks may set the rates per epoch, and within an epoch JAX keeps them elsewhere.
        self.rates = self.rates or self._rates()

    def on_train_batch_end(self, batch: int, logs: Scalars | None = None) -> None:
        logs = logs or {}
        self.first = self.first or logs
        for name, value in logs.items():
            if not abs(value) < GROWTH * max(1.0, abs(self.first.get(name, 1.0))):
                self._stop(name, float(value), batch)

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        for player, norm in self._norms().items():
            if not norm < WEIGHTS * max(1.0, self.norms[player]):
                grown = (
                    f"The norm of the {player}'s weights has grown "
                    f"from {self.norms[player]:.3g} to {norm:.3g}"
                )
                raise TrainingDiverged(
                    f"{grown} by the end of epoch {self.epoch}; {self._advice()}."
                )

    def _norms(self):
        return {
            player: _norm(self.model.variables_of(player))
            for player in self.model.players
        }

    def _advice(self):
        return f"nothing of this epoch is kept. Try a lower learning rate than {self.rates}"

    def _rates(self):
        return " and ".join(
            sorted(
                {
                    f"{highest_rate(optimizer):g}"
                    for optimizer in self.model.optimizers.values()
                }
            )
        )

    def _stop(self, name, value, batch):
        since = (
            f", from {float(self.first[name]):.3g} in the first,"
            if math.isfinite(value)
            else ""
        )
        raise TrainingDiverged(
            f"{name} became {value:.3g}{since} in batch {batch + 1} of epoch {self.epoch}; "
            f"{self._advice()}, a smaller batch size or a likelihood that fits the pixels."
        )


def _norm(variables):
    values = (
        ops.convert_to_numpy(variable).astype("float64") for variable in variables
    )
    return math.sqrt(sum(float((value**2).sum()) for value in values))


class CountEpochs(keras.callbacks.Callback):
    """Counts a model's finished epochs before anything of them is saved; ``fit`` always has it."""

    def on_epoch_end(self, epoch: int, logs: Scalars | None = None) -> None:
        self.model.epochs_trained += 1


class Stages(keras.callbacks.Callback):
    """Sets the stage of a model's training and traces its step anew; ``fit`` always has it."""

    def on_epoch_begin(self, epoch: int, logs: Scalars | None = None) -> None:
        stage = self.model.stage_after(self.model.epochs_trained)
        if stage != self.model.stage:
            self.model.stage = stage
            self.model.make_train_function(force=True)
        self.model.epoch_begins(self.params.get("steps"))


class FinalWeights(keras.callbacks.Callback):
    """Sets the weights to their averages at the end of ``fit``, for optimizers with ``use_ema``.

    ``fit`` always has it. Keras does this only for a model's one optimizer.
    """

    def on_train_end(self, logs: Scalars | None = None) -> None:
        for player, optimizer in self.model.optimizers.items():
            inner = innermost(optimizer)
            if inner.use_ema:
                _finalize(inner, self.model.variables_of(player))


def _finalize(optimizer, variables):
    optimizer.finalize_variable_values(variables)
    for variable in variables:
        # JAX cannot donate a buffer that a weight shares with its average.
        variable.assign(ops.copy(variable))


def watched(
    callbacks: Any, model: keras.Model
) -> keras.callbacks.CallbackList | list[keras.callbacks.Callback]:
    """The callbacks of ``fit``: those that it always has, then the given ones, one or several."""
    own = [Stages(), StopOnDivergence(), CountEpochs(), FinalWeights()]
    listed = isinstance(callbacks, keras.callbacks.CallbackList)
    given = callbacks.callbacks if listed else keras.tree.flatten(callbacks or [])
    check_settable_rates(given, model)
    return _joined(callbacks, own, model) if listed else [*own, *given]


def _joined(callbacks, own, model):
    kinds = tuple(type(callback) for callback in own)
    others = [
        callback for callback in callbacks.callbacks if not isinstance(callback, kinds)
    ]
    for callback in own:
        callback.set_model(model)
        callback.set_params(callbacks.params)
    callbacks.callbacks = [*own, *others]
    return callbacks
