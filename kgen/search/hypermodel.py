from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import keras
import keras_tuner

from kgen import data, plots, tasks
from kgen.callbacks.patience import Patience
from kgen.callbacks.pictures import examples
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.experiments import building
from kgen.experiments.resuming import trained
from kgen.names import remaining
from kgen.runs.config import EVERY, WRITTEN, RunConfig
from kgen.search.objective import Measure, Objective, measurable
from kgen.search.space import Space
from kgen.types import Array

RATE = "learning_rate"


class GenerativeHyperModel(keras_tuner.HyperModel):
    """A model of kgen on a data set, built and trained with the values of a search.

    Any tuner of KerasTuner accepts it; ``kgen.search`` trains it as ordinary runs.

    Args:
        config: ``kgen.runs.config.RunConfig``, the configuration of a run without what is searched.
        space: ``Space``.

    Raises:
        ValueError: for an unknown model or data set, or a hyperparameter that the model lacks.

    Example:
        >>> from kgen.runs.config import RunConfig
        >>> import keras_tuner
        >>> space = Space({"beta": [0.1, 1.0]})
        >>> hypermodel = GenerativeHyperModel(RunConfig("cvae", "digits"), space)
        >>> objective = keras_tuner.Objective("val_kl_loss", "min")
        >>> tuner = keras_tuner.RandomSearch(hypermodel, objective, max_trials=2)
        >>> tuner.search(epochs=5)
    """

    def __init__(self, config: RunConfig, space: Space):
        super().__init__(config.model)
        self.config = building.asked(config)
        self.model_class = config.model_class()
        self.space = space.typed(config.model, self.known)

    @property
    def known(self) -> dict[str, Any]:
        """Every hyperparameter with its default."""
        options = building.own_options(self.model_class)
        rates = {RATE: 1e-3}
        for player in self.first.optimizers:
            rates[f"{RATE}.{player}"] = 1e-3
        return {**options, "batch_size": self.config.batch_size, **rates}

    @cached_property
    def dataset(self) -> Data:
        data.check(self.config.dataset, **self.config.data)
        return cast(Data, data.load(self.config.dataset, **self.config.data))

    @cached_property
    def first(self) -> GenerativeModel:
        """The untrained model of the configuration alone, without searched values."""
        return self._built(self.config)

    @property
    def fingerprint(self) -> str:
        return self.dataset.fingerprint

    @property
    def asked(self) -> dict[str, Any]:
        """The settings that identify this subject."""
        return remaining(self.config.as_dict(), WRITTEN)

    @cached_property
    def measurable(self) -> dict[str, str | None]:
        """The metrics to compare on validation values after training, each with its direction."""
        return measurable(self.first, self.dataset)

    @property
    def reported(self) -> dict[str, str | None]:
        """The numbers that a trial reports, by name, with their direction if they have one."""
        own = [metric.name for metric in self.first.metrics]
        tracked = dict.fromkeys(["loss", *own])
        logged = dict.fromkeys([*tracked, *(f"val_{name}" for name in tracked)])
        return {**logged, **self.measurable}

    @property
    def default_objective(self) -> str:
        """The model's own monitor; for a GAN, whose losses do not compare, the Fréchet distance."""
        return self.model_class.monitor or "frechet_distance_over_reference"

    def configured(
        self,
        values: Mapping[str, Any],
        seed: int | None = None,
        epochs: int | None = None,
    ) -> RunConfig:
        """The configuration of the run with these values."""
        options, rates = dict(self.config.options), dict(self.config.learning_rates)
        batch_size = self.config.batch_size
        for name, value in values.items():
            if name == "batch_size":
                batch_size = value
            elif name.partition(".")[0] == RATE:
                rates[name.partition(".")[2] or EVERY] = value
            else:
                options[name] = value
        changes = {
            "options": options,
            "learning_rates": rates,
            "batch_size": batch_size,
        }
        seed = self.config.seed if seed is None else seed
        return self.config.replaced(
            **changes, seed=seed, epochs=epochs or self.config.epochs
        )

    def written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The same as a dict for JSON."""
        return self.configured(values).as_dict()

    def build(self, hyperparameters: keras_tuner.HyperParameters) -> GenerativeModel:
        return self._built(self.configured(self.space.declare(hyperparameters)))

    def fit(
        self,
        hyperparameters: keras_tuner.HyperParameters,
        model: GenerativeModel,
        epochs: int | None = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        config = self.configured(self.space.declare(hyperparameters), epochs=epochs)
        seen = self.dataset.binarised(config.binarisation)
        train, validation = seen.train, seen.validation
        return model.fit(
            train.batches(config.batch_size, config.seed),
            steps_per_epoch=train.steps(config.batch_size),
            validation_data=validation.ordered(),
            epochs=config.epochs,
            shuffle=False,
            **kwargs,
        )

    def check(self, objective: Objective, patience: int | None) -> None:
        """Measures what needs no model: data unfit for the metric is refused before training."""
        if objective.name not in self.measurable:
            return
        if patience and self.model_class.monitor is None:
            raise ValueError(
                f"patience={patience}: no number of the history of {self.config.model} says "
                "whether it is better. Leave patience out, or choose an objective of the history."
            )
        try:
            self._measure(objective.name).check()
        except ValueError as error:
            raise ValueError(
                f"{objective.name} cannot be measured on the {len(self.dataset.validation)} "
                f"validation values of {self.dataset.name} ({error}) "
                "Choose another objective, such as val_loss."
            ) from error

    def trial(
        self,
        path: Path,
        values: Mapping[str, Any],
        seed: int,
        epochs: int | None,
        objective: Objective,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        patience: int | None = None,
    ) -> tuple[int, dict[str, float], Array | None]:
        """Trains, or finishes, the run at ``path``: its epochs, its last numbers and a picture."""
        waiting = self._patience(path, objective, patience) if patience else None
        try:
            run = trained(
                path, self.configured(values, seed, epochs), callbacks, waiting
            )
            model = run.model()
            numbers = dict(run.history[-1])
            del numbers["epoch"]
            if objective.name in self.measurable:
                numbers[objective.name] = self._measure(objective.name)(model)
            return len(run.history), numbers, _shown(model, self.dataset)
        finally:
            keras.backend.clear_session(free_memory=True)

    def _patience(self, path, objective, epochs):
        if objective.name not in self.measurable:
            return Patience(path, objective.name, epochs, objective.sign)
        return Patience(path, self.model_class.monitor, epochs)

    def _built(self, config):
        seen = self.dataset.binarised(config.binarisation)
        return building.build(building.completed(config, self.dataset), seen)

    def _measure(self, name):
        if name not in self._measures:
            self._measures[name] = Measure(
                name, self.first, self.dataset, self.config.binarisation
            )
        return self._measures[name]

    @cached_property
    def _measures(self):
        return {}


def _shown(model, dataset):
    """The figures of a trained model as one picture in [0, 1]; ``None`` if it has none."""
    panels, split = [], examples(dataset)
    for task in tasks.applying(model, dataset):
        panels += task.panels(model, split)
    return plots.raster(plots.stacked(panels)) if panels else None
