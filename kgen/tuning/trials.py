import contextlib
import re
import shutil
import time

import keras_tuner

from kgen.tuning.search import Record


class Trials:
    """Carries out trials: a run a seed, and a record of what became of them.

    Args:
        search: ``Search``.
        subject: what is trained, such as ``GenerativeHyperModel``.
        seeds: list of int.
        training: dict, what ``subject.trial`` takes besides.
    """

    def __init__(self, search, subject, seeds, training):
        self.search, self.subject, self.seeds, self.training = search, subject, seeds, training

    def __call__(self, trial):
        values = {name: trial.hyperparameters.values[name] for name in self.subject.space.entries}
        record = self.search.record(trial.trial_id)
        if record is None:
            record = self._carried_out(trial, values)
            self.search.write(record)
        if not record.completed:
            raise keras_tuner.errors.FailedTrialError(record.error)
        return {self.search.objective.name: record.score(self.search.objective)}

    def _carried_out(self, trial, values):
        epochs, runs = trial.hyperparameters.values.get("tuner/epochs"), []
        try:
            for seed in self.seeds:
                runs.append(self._run(trial.trial_id, values, seed, epochs))
        except Exception as error:  # whatever it is, the other trials go on
            return Record(trial.trial_id, values, "failed", _reason(error), runs)
        return Record(trial.trial_id, values, "completed", "", runs)

    def _run(self, trial_id, values, seed, epochs):
        path, start, objective = self.search.run_path(values, seed), time.perf_counter(), self.search.objective
        if not (path / "config.json").exists():  # killed before it was written, the run has not begun
            shutil.rmtree(path, ignore_errors=True)
        with self._log() as log, contextlib.redirect_stdout(log):
            print(f"\nTrial {trial_id}: {path.name}", flush=True)
            done, numbers, samples = self.subject.trial(path, values, seed, epochs, objective, **self.training)
        _check_reported(objective.name, numbers)
        if samples is not None and seed == self.seeds[0]:
            self.search.save_samples(trial_id, samples)
        return {
            "seed": seed, "path": str(path.relative_to(self.search.path)), "epochs": done,
            "seconds": round(time.perf_counter() - start, 2), "numbers": numbers,
        }  # fmt: skip

    def _log(self):
        return (self.search.path / "log.txt").open("a")


def _check_reported(name, numbers):
    value = numbers.get(name)
    if value is None or not abs(value) < float("inf"):
        raise ValueError(f"{name} is {value}, not a number to compare.")


def _reason(error):
    return re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")[:500]
