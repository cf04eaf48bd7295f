import contextlib
import inspect
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from itertools import chain
from typing import Any, Self

import keras
import numpy as np
from keras import ops, tree

from kgen import checks
from kgen.engine import state
from kgen.engine.backend import SeedGenerator, Trainer, by_majority, exchange
from kgen.engine.checks import (
    check_all_played,
    check_compile_options,
    check_headline,
    check_kept,
    check_learning_rate,
    check_one_each,
    check_one_player,
    check_passed_on,
    check_scored,
)
from kgen.engine.formats import upgraded
from kgen.engine.keras_methods import EVALUATION_SEED, KerasMethods
from kgen.engine.optimizers import Optimizers, prepared, settings_of
from kgen.engine.values import Values, named
from kgen.engine.weights import one_weight_each, weighted_mean
from kgen.fields import Field, make_known
from kgen.fields.arrays import native
from kgen.names import mapped, without
from kgen.types import Array, Names, Tensor, Tensors


class _Round(threading.local):
    """Notes of one step; each replica runs its step in its own thread, taking turns."""

    scores = added = weight = None
    evaluating = False

    def __init__(self):
        self.shared = {}


class GenerativeModel(KerasMethods, Trainer, keras.Model):
    """Base of every kgen model: networks grouped into players with an objective and an optimizer.

    A model lists its players in ``__init__``, writes its algorithm in ``train_step`` as a series of
    ``play(player, objective, ...)`` and names the scalars that its objectives ``score``. The engine
    differentiates, applies gradients, tracks scalars, evaluates without updates, serialises and
    resumes.

    Args:
        players: dict from a player's name to the list of built layers that its optimizer trains.
        fields: dict from a name to the ``kgen.fields.Field`` of the values that the model takes
            under it; by default those of values that need no scaling.
        seed: int, seeds the model's own noise; ``None`` draws a seed.
        ema_decay: float in [0, 1), keeps an exponential moving average of all weights, which
            evaluation, generation and reconstruction use in place of the last weights; ``None``
            keeps none.
        **kwargs: ``name`` and ``dtype`` of ``keras.Model``.

    Raises:
        ValueError: if ``ema_decay`` lies outside [0, 1), a network is not built, or two players
            have weights in common.
    """

    scalars: tuple[str, ...] = ()
    of_few: dict[
        str, Any
    ] = {}  # changes of a configuration that suit fewer than a thousand training images
    monitor: str | None = "val_loss"
    # of the scaled values of a model that is given no fields
    span: tuple[float, ...] = (0.0, 1.0)
    batch_size = 500  # values at a time when a trained model is applied
    comparable_loss = (
        True  # over the epochs; a critic's loss is not: it grows with the critic
    )
    stage: str | None = None  # of the training, the one that ``fit`` is in

    def __init__(
        self,
        players: Mapping[str, Sequence[keras.Layer]],
        fields: dict[str, Field] | None = None,
        seed: int | None = None,
        ema_decay: float | None = None,
        **kwargs: Any,
    ):
        # The networks carry their own precision; what is computed between them is float32.
        super().__init__(**{"dtype": "float32", **kwargs})
        checks.check_number("ema_decay", ema_decay, 0.0, 1.0, optional=True, below=True)
        check_one_player(players)
        self.players, self.seed, self.ema_decay = players, seed, ema_decay
        self._given_fields = fields
        self.noise_seeds = SeedGenerator(seed)
        self.evaluation_seeds = SeedGenerator(EVALUATION_SEED)
        names = [self.loss_name(player) for player in players] + list(self.scalars)
        self.trackers = {name: keras.metrics.Mean(name) for name in names}
        self._epochs_trained = self.add_weight(
            shape=(),
            dtype="int32",
            initializer="zeros",
            trainable=False,
            name="epochs_trained",
        )
        self.averages = self._start_average() if ema_decay is not None else []
        self._round, self._is_averaged = _Round(), False
        state.draw_apart(players)
        self.built = True

    # ---- what a model's page uses ----------------------------------------------------------------

    def own_fields(self) -> dict[str, Field]:
        """The fields of a model that is given none."""
        return {}

    @property
    def fields(self) -> dict[str, Any]:
        """What kind of value the model takes under each name."""
        # Any: a page knows its kinds of field, such as a label with its class names.
        if self._given_fields is None:
            self._given_fields = self.own_fields()
        return self._given_fields

    def adopt(self, fields: Mapping[str, Field]) -> None:
        """Takes stored values of these fields from now on, scaled to what its networks expect."""
        own = self.fields
        self._given_fields = {name: fields[name].like(own[name]) for name in own}

    @property
    def in_training(self) -> bool:
        """Whether the running step trains; otherwise it evaluates."""
        return not self._round.evaluating

    def unpack(self, data: Values) -> Any:
        """The scaled values of a batch, one per field; sample weights reach every ``score``.

        A model without fields gets the values as they are given.
        """
        x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
        self._round.weight = one_weight_each(weight)
        self._round.shared.clear()
        given = named(x, y)
        names = tuple(self.fields or given)
        return namedtuple("Batch", names)(*self.by_name(given, names))

    def by_name(self, given: Tensors, names: Names) -> list[Tensor]:
        """The given values of these names, scaled; raises for a missing one."""
        missing = [name for name in names if given.get(name) is None]
        if missing:
            raise ValueError(self._missing(missing[0], names))
        return [self._taken(name, given[name]) for name in names]

    def share(
        self, player: str, function: Callable[..., Tensor], *args: Tensor
    ) -> Tensor:
        """Runs ``function``, a pass of ``player``, once for a step's plays; returns its outputs.

        Other players' objectives take the outputs as they are. The next play of ``player`` must
        take them as arguments, and differentiates through them. The algorithm is the same as if
        every play ran ``function`` with the same noise.
        """
        if player in self._round.shared:
            raise ValueError(
                f"share('{player}', ...) is called again "
                f"before play('{player}', ...) took up the first pass."
            )

        def passed():
            return self._collected(function, args)

        statistics = self._statistics_of(player)
        if self._round.evaluating:
            result, recording = passed(), None
        else:
            with self._others_unmoved(player):
                result, recording = self.record(passed, self.variables_of(player))
        self._round.shared[player] = statistics, recording, *result
        return result[0]

    def play(
        self,
        player: str,
        objective: Callable[..., Tensor],
        *args: Tensor,
        when: Tensor | None = None,
    ) -> None:
        """Takes one step of a player down its objective; in evaluation, only scores it.

        Where ``when``, a boolean tensor, is false, the player stays as it was: its weights, its
        BatchNorm statistics (also those of a pass shared with this play), its optimizer and its
        average. What it would pay is logged.
        """
        statistics, recording, outputs, added, scores = self._round.shared.pop(
            player, (None, None, None, [], {})
        )
        check_passed_on(player, outputs, args)

        def scored(args, added):
            return self._scored(objective, self.players[player], args, added, scores)

        paid: tuple[Tensor, dict[str, tuple[Tensor, Tensor]]]
        if self._round.evaluating:
            _, paid = scored(args, added)
        else:
            with self._gated(player, when, statistics), self._others_unmoved(player):
                optimizer = self.optimizers[player]
                paid = self.minimize(
                    scored,
                    (args, added),
                    self.variables_of(player),
                    optimizer,
                    recording,
                )
                self._move_average(player)
        self.track(player, *paid, ops.shape(args[0])[0])

    def stage_after(self, epochs: float) -> str | None:
        """The stage of training that begins after so many epochs; a page with stages overrides it.

        The step reads it as ``self.stage``, and is traced anew when it changes.
        """
        return None

    def epoch_begins(self, steps: int | None) -> None:
        """Prepares an epoch of so many steps, ``None`` if unknown; a page may override it."""

    def plays(self, player: str) -> int:
        """How often a player plays per step."""
        return 1

    def score(self, name: str, values: Tensor) -> Tensor:
        """The mean of one value per image, weighted by the sample weights; logged as ``name``.

        Its value is Σ w v / Σ w, but its gradient is that of Σ w v / n, as in Keras: weights of 2
        double a step and leave the mean as it is.
        """
        values = ops.cast(values, "float32")
        check_one_each(name, values.shape)
        if self._round.weight is None or self._round.scores is None:
            value = ops.mean(values)
            total = ops.cast(ops.shape(values)[0], "float32")
        else:
            # A play may look at the first values of a batch only.
            value, total = weighted_mean(
                values, self._round.weight[: ops.shape(values)[0]]
            )
        if self._round.scores is not None:
            self._round.scores[name] = value, total
        return value

    def add_loss(self, loss: Tensor) -> None:
        """Adds a term, such as the KL divergence, to the objective of the play that runs now."""
        if self._round.added is None:
            super().add_loss(loss)
        else:
            self._round.added.append(loss)

    def noise(
        self,
        shape: Sequence[Any],
        training: bool,
        draw: Callable[..., Tensor] = keras.random.normal,
    ) -> Tensor:
        """Standard normal numbers, or those of another ``draw`` of ``keras.random``.

        Evaluation draws from a sequence of its own, the same for every evaluation.
        """
        return draw(shape, seed=self.noise_seeds if training else self.evaluation_seeds)

    def results(self) -> dict[str, Tensor]:
        """What a step logs: the running mean of every scalar."""
        return {metric.name: metric.result() for metric in self.metrics}

    def in_batches(self, function: Callable[..., Any], **arrays: Array) -> Any:
        """The outputs of ``function`` for arrays, scaled where they are fields, batch by batch."""
        with self.averaged():
            parts = [_to_numpy(function(*chunk)) for chunk in self._chunks(arrays)]
        return tree.map_structure(lambda *pieces: np.concatenate(pieces), *parts)

    def asked_of(self, function: Callable[..., Any], **values: Array) -> Any:
        """The same for stored values, one array per field, which are checked first."""
        for name, value in values.items():
            self.fields[name].check(value, name)
        return self.in_batches(function, **values)

    def track(
        self,
        player: str,
        loss: Tensor,
        scores: Mapping[str, tuple[Tensor, Tensor]],
        batch_size: Tensor,
    ) -> None:
        """Logs a player's loss in its step, and its scores: by name, each a mean and its weight.

        A good place for a breakpoint that waits for a number: docs/debugging.md.
        """
        check_scored(type(self), scores, self.trackers)
        weight = self._round.weight
        total = batch_size if weight is None else ops.sum(weight)
        for name, (value, share) in {
            **scores,
            self.loss_name(player): (loss, total),
        }.items():
            self.trackers[name].update_state(value, sample_weight=share)

    # ---- the engine ------------------------------------------------------------------------------

    @staticmethod
    def optimizer_name(player: str) -> str:
        """The attribute and ``compile`` argument that holds a player's optimizer."""
        return "optimizer" if player == "model" else f"{player}_optimizer"

    @staticmethod
    def loss_name(player: str) -> str:
        """The name under which a player's objective is logged."""
        return "loss" if player == "model" else f"{player}_loss"

    @property
    def headline(self) -> tuple[str, ...]:
        """The few scalars of an epoch's line: the players' losses, unless a page names others."""
        return tuple(self.loss_name(player) for player in self.players)

    @classmethod
    def best_epoch(cls, rows: Sequence[Mapping[str, Any]]) -> int | None:
        """The epoch of the lowest monitored number, the last of equals; ``None`` without one."""
        if cls.monitor not in rows[0]:
            return None
        return min(reversed(rows), key=lambda row: row[cls.monitor])["epoch"]

    @property
    def optimizers(self) -> dict[str, keras.optimizers.Optimizer]:
        return {
            player: getattr(self, self.optimizer_name(player))
            for player in self.players
        }

    def variables_of(self, player: str) -> list[keras.Variable]:
        """The variables that a player's optimizer moves."""
        variables = []
        for network in self.players[player]:
            variables += network.trainable_variables
        return variables

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return list(self.trackers.values())

    @property
    def epochs_trained(self) -> int:
        """Whole epochs of ``fit`` behind this model; saved with it."""
        return int(ops.convert_to_numpy(self._epochs_trained))

    @epochs_trained.setter
    def epochs_trained(self, count: int) -> None:
        self._epochs_trained.assign(count)

    def compile(
        self, optimizer: keras.optimizers.Optimizer | str | None = None, **options: Any
    ) -> None:
        """Sets the optimizer, by default Adam(1e-3); ``options`` as in ``keras.Model.compile``."""
        self._compile({"model": optimizer or keras.optimizers.Adam(1e-3)}, options)

    def _compile(self, optimizers, options):
        check_compile_options(type(self).__name__, options)
        check_all_played(self)
        check_headline(self)
        super().compile(optimizer=None, **options)
        self.stage = None  # the optimizers are built for the variables of all stages
        for player, optimizer in optimizers.items():
            optimizer = prepared(optimizer, self.players[player], options)
            check_learning_rate(self.optimizer_name(player), optimizer)
            # An optimizer that is not built loses its state on load without an error.
            optimizer.build(self.variables_of(player))
            setattr(self, self.optimizer_name(player), optimizer)
        if "model" not in optimizers:
            self.optimizer = Optimizers(self.optimizers)

    def get_compile_config(self) -> dict[str, Any]:
        if not self.compiled:
            return {}
        serialize = keras.optimizers.serialize
        return {
            self.optimizer_name(player): serialize(value)
            for player, value in self.optimizers.items()
        }

    def compile_from_config(self, config: Mapping[str, Any]) -> None:
        for optimizer in config.values():
            # A rate of 0, where a schedule ended, comes back with the optimizer's state.
            settings = settings_of(optimizer["config"])
            settings["learning_rate"] = settings["learning_rate"] or 1.0
        self.compile(
            **{
                name: keras.optimizers.deserialize(value)
                for name, value in config.items()
            }
        )

    def get_config(self) -> dict[str, Any]:
        parameters = inspect.signature(type(self).__init__).parameters
        names = without(parameters, ("self", "options"))
        check_kept(self, names)
        kept = [*names, "fields", "seed", "ema_decay", "name"]
        values = {name: getattr(self, name) for name in kept}
        return mapped(keras.saving.serialize_keras_object, values)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Mapping[str, Any] | None = None
    ) -> Self:
        load = keras.saving.deserialize_keras_object
        make_known()
        config, span = upgraded(config)
        model = cls(
            **{
                name: load(value, custom_objects=custom_objects)
                for name, value in config.items()
            }
        )
        model.span = span or model.span
        return model

    def test_step(self, data: Values) -> dict[str, Tensor]:
        # While the flag is up, a play scores and moves nothing: the algorithm is written once.
        self._round.evaluating = True
        try:
            return self.train_step(data)
        finally:
            self._round.evaluating = False

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        super().save_own_variables(store)
        state.save_seeds(self, store)

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        super().load_own_variables(state.load_seeds(self, store))

    @contextlib.contextmanager
    def averaged(self) -> Iterator[None]:
        """Swaps in the averaged weights; does nothing if none are kept, or they are in already."""
        if not self.averages or self._is_averaged:
            yield
            return
        weights, self._is_averaged = self._averaged_weights(), True
        exchange(weights, self.averages)
        try:
            yield
        finally:
            exchange(weights, self.averages)
            self._is_averaged = False

    def _taken(self, name, values):
        values = ops.convert_to_tensor(values)
        return self.fields[name].scaled(values) if name in self.fields else values

    def _chunks(self, arrays):
        count = len(next(iter(arrays.values())))
        for start in range(0, max(count, 1), self.batch_size):
            part = slice(start, start + self.batch_size)
            yield [self._scaled(name, values[part]) for name, values in arrays.items()]

    def _scaled(self, name, values):
        field = self.fields.get(name)
        return ops.convert_to_tensor(
            native(values) if field is None else field.scaled(np.asarray(values))
        )

    def _missing(self, name, names=()):
        own = type(self).__name__
        if name == "y":
            noun = self.fields[name].noun
            return (
                f"{own} needs the {noun}s of its values: "
                "pass both, as in predict((x, y)) or fit(x, y)."
            )
        told = ", ".join(f"{needed!r}: …" for needed in names)
        return (
            f"{own} needs {name!r}: "
            f"pass values by name, as in fit({{{told}}}) or predict({{{told}}})."
        )

    def _scored(self, objective, networks, args, added=(), scores=None):
        loss, more, own_scores = self._collected(objective, args)
        loss = sum(
            [*added, *more, *(term for network in networks for term in network.losses)],
            loss,
        )
        return loss, (loss, {**(scores or {}), **own_scores})

    def _collected(self, function, args):
        # The function's outputs, and the losses and scores that it adds on its way.
        current = self._round
        current.scores, current.added = {}, []
        try:
            return (
                function(*args, training=not current.evaluating),
                current.added,
                current.scores,
            )
        finally:
            current.scores = current.added = None

    @contextlib.contextmanager
    def _others_unmoved(self, player):
        # A play runs the other players' BatchNorm in training mode; their statistics must not move.
        others = without(self.players, [player])
        kept = list(chain.from_iterable(map(self._statistics_of, others)))
        yield
        for variable, value in kept:
            variable.assign(value)

    def _statistics_of(self, player):
        moving = [
            v
            for network in self.players[player]
            for v in network.non_trainable_variables
        ]
        kept = [variable for variable in moving if not state.is_seed(variable)]
        return [(variable, ops.copy(variable)) for variable in kept]

    @contextlib.contextmanager
    def _gated(self, player, when, statistics):
        # Not every backend can branch on a tensor: a step is taken, and undone if the gate is shut.
        if when is None:
            yield
            return
        moving = [
            *self.variables_of(player),
            *self.optimizers[player].variables,
            *self.averages,
        ]
        before = [
            *(statistics or self._statistics_of(player)),
            *((v, ops.copy(v)) for v in moving),
        ]
        yield
        moves = by_majority(when)
        for variable, value in before:
            variable.assign(ops.where(moves, variable.value, value))

    def _averaged_weights(self):
        weights = []
        for network in chain.from_iterable(self.players.values()):
            weights += network.weights
        return weights

    def _start_average(self):
        return [
            self.add_weight(
                shape=weight.shape,
                initializer=lambda *_, value=weight, **__: ops.copy(value),
                trainable=False,
            )
            for weight in self._averaged_weights()
        ]

    def _move_average(self, player):
        if not self.averages:
            return
        steps = ops.cast(self.optimizers[player].iterations, "float32")
        # Young averages forget the random start: the decay grows to its final value.
        share = 1.0 - ops.minimum(self.ema_decay, (1.0 + steps) / (10.0 + steps))
        moved = {
            id(weight) for network in self.players[player] for weight in network.weights
        }
        for weight, average in zip(
            self._averaged_weights(), self.averages, strict=True
        ):
            if id(weight) in moved:
                average.assign(average + share * (weight - average))


def _to_numpy(outputs):
    return tree.map_structure(ops.convert_to_numpy, outputs)
