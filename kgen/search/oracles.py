"""KerasTuner's oracles, with fixes where 1.4.8 loses trials: see ``docs/tuning.md``."""

import json
import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import keras_tuner
from keras_tuner.engine.trial import Trial

from kgen.names import among, without
from kgen.runs.run import Run

if TYPE_CHECKING:
    from keras_tuner import Oracle as Base
else:
    Base = object

WITHOUT_END, ENDED = 10**9, ("COMPLETED", "FAILED")


class Durable(Base):
    """A mixin for oracles: neither a kill nor a lost worker costs a trial, and seed 0 is a seed."""

    heard: dict[str, float]
    fault: OSError | None
    end_order: list[str]
    _retry_queue: list[str]

    def __init__(
        self, *args: Any, seed: int = 0, deadline: float = float("inf"), **kwargs: Any
    ):
        # KerasTuner takes a seed of 0 for none, and ends a search after three failures.
        super().__init__(
            *args, seed=seed + 1, max_consecutive_failed_trials=WITHOUT_END, **kwargs
        )
        self.deadline, self.heard, self.verbose, self.fault = deadline, {}, 0, None

    @keras_tuner.synchronized
    def create_trial(self, tuner_id: str) -> Trial:
        self.heard[tuner_id] = time.monotonic()
        if time.monotonic() > self.deadline:
            self.tuner_ids.discard(tuner_id)
            return Trial(self.get_space(), status="STOPPED")
        trial = super().create_trial(tuner_id)
        # If this worker left now, it could not take over the trial of a lost one.
        if trial.status == "STOPPED" and self.ongoing_trials:
            trial.status = "IDLE"
            self.tuner_ids.add(tuner_id)
        return trial

    def get_trial(self, trial_id: str) -> Trial:
        # A worker asks for its own trial regularly: that is the sign that it is alive.
        for tuner_id, trial in list(self.ongoing_trials.items()):
            if trial.trial_id == trial_id:
                self.heard[tuner_id] = time.monotonic()
        return super().get_trial(trial_id)

    @keras_tuner.synchronized
    def end_trial(self, trial: Trial) -> None:
        # A worker that was taken for lost may end a trial that another worker was given meanwhile.
        if trial.trial_id in self.end_order:
            return
        self._retry_queue = without(self._retry_queue, [trial.trial_id])
        super().end_trial(trial)

    @keras_tuner.synchronized
    def release(self, tuner_id: str) -> str | None:
        """Queues the trial of a worker that is gone for the next one; returns its id, if any."""
        self.tuner_ids.discard(tuner_id)
        trial = self.ongoing_trials.pop(tuner_id, None)
        if trial is not None:
            self._retry_queue.append(trial.trial_id)
            self.save()
        return trial and trial.trial_id

    def silent(self, seconds: float) -> list[str]:
        """The workers that have been silent for longer than this."""
        now = time.monotonic()
        workers = {*self.tuner_ids, *self.ongoing_trials}
        return sorted(
            worker for worker in workers if now - self.heard.get(worker, now) > seconds
        )

    def opened(self, folder: Path) -> Self:
        """The oracle itself, with its earlier state from this folder."""
        self._set_project_dir(folder, "tuner")
        if Path(self._get_oracle_fname()).exists():
            self.reload()
        return self

    def save(self) -> None:
        self._write(self._get_oracle_fname(), self.get_state())

    def reload(self) -> None:
        super().reload()
        # Killed between the two files that begin a trial: it begins again from the state before.
        for trial_id in set(self.trials) - set(self.start_order):
            del self.trials[trial_id]
            shutil.rmtree(self._get_trial_dir(trial_id))
        # Killed between the files that end a trial, or before their rewrite: it has still ended.
        ended = [
            trial_id
            for trial_id in self._retry_queue
            if self.trials[trial_id].status in ENDED
        ]
        self._retry_queue = without(self._retry_queue, ended)
        self.end_order += without(ended, self.end_order)

    def again(self, recorded: Collection[str]) -> Self:
        """Queues again the trials that have ended without a record."""
        lost = without(self.end_order, recorded)
        self.end_order = among(self.end_order, recorded)
        self._retry_queue += lost
        return self

    def _save_trial(self, trial):
        self._write(
            Path(self._get_trial_dir(trial.trial_id)) / "trial.json", trial.get_state()
        )

    def _write(self, path, state):
        # Raised here, within KerasTuner's lock, an error would leave it locked for ever.
        try:
            Run(Path(path).parent).write_json(
                Path(path).name, json.loads(json.dumps(state, default=float))
            )
        except OSError as error:
            self.fault = error


class GridOracle(Durable, keras_tuner.Oracle):
    """Every given point once, in order; the trials tell what was tried, also after a kill."""

    def __init__(self, points: Sequence[Mapping[str, Any]], **kwargs: Any):
        super().__init__(**kwargs)
        self.points = points

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        tried = [trial.hyperparameters.values for trial in self.trials.values()]
        left = [values for values in self.points if values not in tried]
        return (
            {"status": "RUNNING", "values": left[0]} if left else {"status": "STOPPED"}
        )


class RandomOracle(Durable, keras_tuner.oracles.RandomSearchOracle):
    """Points drawn at random, none of them twice."""


class BayesianOracle(Durable, keras_tuner.oracles.BayesianOptimizationOracle):
    """Points where a Gaussian process, fitted to those tried, expects the best; none twice."""

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        found = super().populate_space(trial_id)
        if found["status"] != "RUNNING" or not self._duplicate(found["values"]):
            return found
        values = self._random_values()
        return (
            {"status": "RUNNING", "values": values} if values else {"status": "STOPPED"}
        )


class HyperbandOracle(Durable, keras_tuner.oracles.HyperbandOracle):
    """Many points for few epochs; the better ones continue for more."""

    @property
    def first_round(self) -> int:
        """The number of points in the first round."""
        return self._get_size(self._get_num_brackets() - 1, 0)


def create(
    algorithm: str,
    points: Sequence[Mapping[str, Any]] | None,
    trials: int | None,
    epochs: int,
    **settings: Any,
) -> Durable:
    """The oracle of an algorithm by its name."""
    if algorithm == "grid":
        return GridOracle(points or [], max_trials=trials, **settings)
    if algorithm == "hyperband":
        oracle = HyperbandOracle(max_epochs=epochs, **settings)
        oracle.max_trials = trials
        return oracle
    kind = {"random": RandomOracle, "bayesian": BayesianOracle}[algorithm]
    return kind(max_trials=trials, **settings)
