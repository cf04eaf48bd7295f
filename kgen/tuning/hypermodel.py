import copy
from functools import cached_property

import keras
import keras_tuner

from kgen import data, latent, plots
from kgen.fields import Image
from kgen.runs.building import build
from kgen.runs.options import model_class, options_of, suggested
from kgen.runs.patience import Patience
from kgen.runs.resuming import trained
from kgen.runs.run import DEFAULTS, EVERY
from kgen.tuning.objective import MEASURED, Measure

RATE, ROWS = "learning_rate", 3
UNSEARCHED = {"seed"}


class GenerativeHyperModel(keras_tuner.HyperModel):
    """A model of kgen on a data set, built, fitted and trained for the values of a search.

    Any tuner of KerasTuner takes it; ``kgen.tuning.search`` trains it as ordinary runs.

    Args:
        config: dict, the configuration of a run without what is searched: ``model``, ``dataset``, and where they
            differ from their defaults ``epochs``, ``batch_size``, ``options``, ``learning_rates``, ``data``.
        space: ``Space``.

    Raises:
        ValueError: for an unknown model or data set, or a hyperparameter that the model does not have.

    Example:
        >>> hypermodel = GenerativeHyperModel({"model": "cvae", "dataset": "digits"}, Space({"beta": [0.1, 1.0]}))
        >>> tuner = keras_tuner.RandomSearch(hypermodel, keras_tuner.Objective("val_kl_loss", "min"), max_trials=2)
        >>> tuner.search(epochs=5)
    """

    def __init__(self, config, space):
        super().__init__(config["model"])
        self.config, self.space = {**DEFAULTS, **config}, space
        self.model_class = model_class(config["model"])
        space.check(config["model"], self.known)

    @property
    def known(self):
        """Every hyperparameter with its default."""
        options = {name: value for name, value in options_of(self.model_class).items() if name not in UNSEARCHED}
        rates = {RATE: 1e-3, **{f"{RATE}.{player}": 1e-3 for player in self._players}}
        return {**options, "batch_size": self.config["batch_size"], **rates}

    @cached_property
    def dataset(self):
        return data.load(self.config["dataset"], **self.config["data"])

    @cached_property
    def first(self):
        """The model before training, as it is where nothing is searched."""
        return self._built(self.config)

    @property
    def fingerprint(self):
        return self.dataset.fingerprint

    @property
    def reported(self):
        """The names of the numbers that a trial reports."""
        tracked = list(dict.fromkeys(["loss", *(metric.name for metric in self.first.metrics)]))
        return [*tracked, *(f"val_{name}" for name in tracked), *self._measurable]

    @property
    def default_objective(self):
        """The model's own monitor; for a game, whose losses compare nothing, the Fréchet distance."""
        return self.model_class.monitor or "frechet_distance_over_floor"

    def configured(self, values, seed=None, epochs=None):
        """The configuration of the run with these values."""
        config = copy.deepcopy(self.config)
        for name, value in values.items():
            if name == "batch_size":
                config["batch_size"] = value
            elif name.partition(".")[0] == RATE:
                config["learning_rates"][name.partition(".")[2] or EVERY] = value
            else:
                config["options"][name] = value
        config["seed"] = self.config["seed"] if seed is None else seed
        return {**config, "epochs": epochs or config["epochs"]}

    def build(self, hyperparameters):
        return self._built(self.configured(self.space.declare(hyperparameters)))

    def fit(self, hyperparameters, model, epochs=None, **kwargs):
        config = self.configured(self.space.declare(hyperparameters), epochs=epochs)
        seen = self.dataset.binarised(config["binarisation"])
        train, validation = seen.train, seen.validation
        return model.fit(
            train.batches(config["batch_size"], config["seed"]),
            steps_per_epoch=train.steps(config["batch_size"]),
            validation_data=validation.ordered(),
            epochs=config["epochs"],
            shuffle=False,
            **kwargs,
        )

    def check(self, objective, patience):
        """Measures what needs no model, so that data that cannot bear a metric is refused before any training."""
        if objective.name not in MEASURED:
            return
        if patience and self.model_class.monitor is None:
            raise ValueError(
                f"patience={patience}: no number of the history of {self.config['model']} says whether it is better. "
                "Leave --patience out, or choose an --objective of the history."
            )
        try:
            self._measure(objective.name)
        except ValueError as error:
            other = "outside_classifier_accuracy" if self.first.num_classes else "val_loss"
            raise ValueError(
                f"{objective.name} cannot be measured on the {len(self.dataset.validation)} validation images of "
                f"{self.dataset.name} ({error}) Choose another, such as --objective {other}."
            ) from error

    def trial(self, path, values, seed, epochs, objective, callbacks=(), patience=None):
        """Trains the run at ``path``, or what is left of it: its epochs, its last numbers and samples in [0, 1]."""
        waiting = patience and self._patience(path, objective, patience)
        try:
            run = trained(path, self.configured(values, seed, epochs), callbacks, waiting)
            model, numbers = run.model(), {name: value for name, value in run.history[-1].items() if name != "epoch"}
            if objective.name in MEASURED:
                numbers[objective.name] = self._measure(objective.name)(model)
            return len(run.history), numbers, _shown(model)
        finally:
            keras.backend.clear_session(free_memory=True)

    def _patience(self, path, objective, epochs):
        if objective.name not in MEASURED:
            return Patience(path, objective.name, epochs, objective.sign)
        return Patience(path, self.model_class.monitor, epochs)

    def _built(self, config):
        options = {**suggested(self.model_class, self.dataset), **config["options"]}
        seen = self.dataset.binarised(config["binarisation"])
        return build(self.model_class, seen, {**config, "options": options})

    @property
    def _players(self):
        return self.first.optimizers

    @property
    def _measurable(self):
        measured = MEASURED if self.dataset.classes else ["log_likelihood"]
        return [name for name in measured if name != "log_likelihood" or hasattr(self.first, "log_likelihood")]

    def _measure(self, name):
        if name not in self._measures:
            # A likelihood is of pixels as they were trained on.
            kind = self.config["binarisation"] if name == "log_likelihood" else "none"
            self._measures[name] = Measure(name, self.dataset.binarised(kind))
        return self._measures[name]

    @cached_property
    def _measures(self):
        return {}


def _shown(model):
    """Samples as pixels in [0, 1]: those of images themselves, of other values a drawing."""
    field, samples = model.fields["x"], latent.class_samples(model, ROWS)
    if isinstance(field, Image):
        return field.comparable(samples.reshape(-1, *field.shape)).reshape(samples.shape)
    return plots.raster(plots.grid(samples, field=field))[None, None]
