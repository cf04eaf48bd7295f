import contextlib
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import keras_tuner
from keras_tuner.engine.trial import Trial

from kgen.runs.run import Run
from kgen.search.estimators import EstimatorHyperModel
from kgen.search.hypermodel import GenerativeHyperModel
from kgen.search.record import Record, Search
from kgen.tasks.failures import failures_of

MOST_KILLS = 5
Hypermodel: TypeAlias = GenerativeHyperModel | EstimatorHyperModel


class Trials:
    """Carries out trials: one run per seed, and one record per trial.

    Args:
        search: ``Search``.
        subject: what is trained, such as ``GenerativeHyperModel``.
        seeds: list of int.
        training: dict, further arguments of ``subject.trial``.
    """

    def __init__(
        self,
        search: Search,
        subject: Hypermodel,
        seeds: Sequence[int],
        training: Mapping[str, Any],
    ):
        self.search, self.subject, self.seeds, self.training = (
            search,
            subject,
            seeds,
            training,
        )

    def __call__(self, trial: Trial) -> dict[str, float]:
        values = {
            name: trial.hyperparameters.values[name]
            for name in self.subject.space.entries
        }
        # A worker that was taken for lost may still work on it.
        with self.search.alone_with(trial.trial_id):
            record = self.search.record(trial.trial_id) or self._carried_out(
                trial, values
            )
        if not record.completed:
            raise keras_tuner.errors.FailedTrialError(record.error)
        return {self.search.objective.name: record.score(self.search.objective)}

    def _carried_out(self, trial, values):
        runs, error = [], ""
        try:
            self._check_survives(trial.trial_id, values)
            for seed in self.seeds:
                path = self.search.run_path(values, seed)
                runs.append(
                    {
                        "seed": seed,
                        "path": str(path.relative_to(self.search.path)),
                        "numbers": {},
                    }
                )
                runs[-1] |= self._run(trial, path, values, seed)
        except Exception as failure:  # whatever it is, the other trials go on
            error = _reason(failure)
        record = Record(
            trial.trial_id, values, "failed" if error else "completed", error, runs
        )
        self.search.write(record)
        return record

    def _run(self, trial, path, values, seed):
        start, objective = time.perf_counter(), self.search.objective
        if not Run(path).begun:  # a kill before the first file was written
            shutil.rmtree(path, ignore_errors=True)
        with (
            self.search.log(trial.trial_id).open("a") as log,
            contextlib.redirect_stdout(log),
        ):
            print(f"\nTrial {trial.trial_id}: {path.name}", flush=True)
            epochs = trial.hyperparameters.values.get("tuner/epochs")
            done, numbers, samples = self.subject.trial(
                path, values, seed, epochs, objective, **self.training
            )
        _check_reported(objective.name, numbers)
        if samples is not None and seed == self.seeds[0]:
            self.search.save_samples(trial.trial_id, samples)
        seconds = round(time.perf_counter() - start, 2)
        health = ", ".join(failures_of(Run(path).health))
        return {
            "epochs": done,
            "seconds": seconds,
            "health": health,
            "numbers": numbers,
        }

    def _check_survives(self, trial_id, values):
        # A trial that kills its process, by memory for example, would end all later ones too.
        done = 0
        for seed in self.seeds:
            done += len(Run(self.search.run_path(values, seed)).history)
        begun = self.search.begin(trial_id, done)
        if begun > MOST_KILLS:
            raise ChildProcessError(
                f"Its process was killed {MOST_KILLS} times before it had finished another epoch; "
                "memory may be short."
            )


def _check_reported(name, numbers):
    value = numbers.get(name)
    if value is None or not abs(value) < float("inf"):
        raise ValueError(f"{name} is {value}, not a number to compare.")


def _reason(error):
    return re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")[:500]
