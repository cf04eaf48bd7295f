import contextlib
import functools
import math
import time
from collections.abc import Sequence
from typing import Any

import keras_tuner

import kgen
from kgen import console
from kgen.callbacks.progress import Progress
from kgen.callbacks.room import Room
from kgen.search import oracles
from kgen.search.distributed import chief, worker, workers
from kgen.search.objective import Objective
from kgen.search.record import Search
from kgen.search.report import write_report
from kgen.search.table import Table
from kgen.search.trials import Hypermodel, Trials
from kgen.search.tuner import Tuner
from kgen.types import Location

ALGORITHMS = "grid", "random", "bayesian", "hyperband"
SOME = 10
WEIGHTS = {"beta", "l1", "l2", "gp_weight", "samples"}


class Tuning:
    """A hyperparameter search whose trials are ordinary runs; a killed search continues.

    Args:
        path: directory of the search, a new one or that of the same search.
        subject: ``GenerativeHyperModel`` or ``EstimatorHyperModel``: what is trained, with its
            ``Space``.
        algorithm: ``"grid"``, every point in order; ``"random"``; ``"bayesian"``; or
            ``"hyperband"``, many trials of few epochs, of which the better ones get more.
        objective: str, ``NAME``, ``NAME:min`` or ``NAME:max``; by default the model's own monitor.
        seeds: int, runs per point; their seeds count up from that of the configuration, and their
            mean is compared.
        trials: int, the maximum number; by default all points of a grid, the schedule of
            Hyperband, and 10 otherwise.
        hours: float, the time after which no trial begins.
        patience: int, the epochs without a better objective after which a training ends.
        keep: int, how many of the best trials keep their models.

    Raises:
        ValueError: if an argument is out of range, or the directory holds another search.

    Example:
        >>> from sklearn.svm import SVC
        >>> subject = EstimatorHyperModel(SVC(), x, y, Space({"C": [0.1, 1.0, 10.0]}))
        >>> Tuning("runs/svc", subject).run()
        >>> len(Search("runs/svc", Objective("score", "max")).records)
        3
    """

    def __init__(
        self, path: Location, subject: Hypermodel, algorithm: str = "grid",
        objective: str | None = None, seeds: int = 1, trials: int | None = None,
        hours: float | None = None, patience: int | None = None, keep: int = 3,
    ):  # fmt: skip
        self.subject = subject
        self.algorithm = algorithm
        self.hours = hours
        self.patience = patience
        self.objective = Objective.of(
            objective or subject.default_objective, subject.reported
        )
        subject.check(self.objective, patience)
        self.points = subject.space.points(trials) if algorithm == "grid" else None
        self.trials = trials or (None if algorithm in ("grid", "hyperband") else SOME)
        first = subject.config.seed
        self.seeds = list(range(first, first + seeds))
        self.search = Search(path, self.objective, keep)
        if (
            algorithm == "hyperband"
            and subject.space.finite
            and subject.space.count < self._oracle().first_round
        ):
            raise ValueError(
                f"Hyperband begins with {self._oracle().first_round} points for "
                f"epochs={subject.config.epochs}, and {subject.space} has {subject.space.count}. "
                "Give more values, fewer epochs, or search a grid."
            )

    @property
    def plan(self) -> dict[str, Any]:
        """The settings that identify this search: a directory is continued only with the same."""
        return {
            "kgen": kgen.__version__, "keras_tuner": keras_tuner.__version__,
            "config": self.subject.asked, "data": self.subject.fingerprint,
            "space": str(self.subject.space), "algorithm": self.algorithm,
            "objective": ":".join(self.objective), "seeds": self.seeds, "patience": self.patience,
            "trials": self.trials,
        }  # fmt: skip

    def __str__(self) -> str:
        config, space = self.subject.config, self.subject.space
        what = (
            f"{self.algorithm}, points: {self._count} of"
            if self._count
            else f"{self.algorithm} over"
        )
        seeds = f", {len(self.seeds)} seeds each" if len(self.seeds) > 1 else ""
        return f"{config.model} on {config.dataset}, {what} {space}{seeds}; {self.objective}."

    @property
    def doubt(self) -> str:
        """A caveat about comparing the scores of this search, or nothing."""
        name, searched = self.objective.name, self.subject.space.entries
        changing: list[str] = []
        if name in ("loss", "val_loss"):
            changing += filter(_is_weight, searched)
        if "likelihood" in searched and ("loss" in name or "likelihood" in name):
            changing.append("likelihood")
        if not changing:
            return ""
        return (
            f"Note: {name} is another quantity for every {' and '.join(changing)}, "
            "which is searched: its values do not compare. "
            "Choose another objective, such as evaluation_classifier_accuracy."
        )

    def run(self) -> Search:
        """Carries out all trials in this process; returns the search."""
        with self._held(), console.bar(self._total, "Search", "epoch", delay=0) as bar:
            settle = functools.partial(self._settle, Table(self.search, bar.write), bar)
            settle()
            oracle = self._opened_oracle()
            trials = self._trials([Progress(bar)])
            Tuner(
                oracle, trials, self.search.path, settle, lambda: oracle.fault
            ).search()
        return self.search

    def lead(self, address: str, count: int = 0, command: Sequence[str] = ()) -> Search:
        """Serves trials to workers at ``address``; ``command`` starts ``count`` of them here."""
        with (
            self._held(),
            workers.Workers(count, command, self.search.path / "workers") as own,
        ):
            oracle = self._opened_oracle()
            settle = functools.partial(self._settle, Table(self.search))
            settle()

            def watch():
                own.watch(oracle)
                settle()

            chief.serve(oracle, address, watch)
        return self.search

    def work(self, address: str) -> None:
        """Runs trials of the chief at ``address`` until none are left."""
        workers.leave_with_chief()
        worker.join(address, workers.own_name())
        self.search.check_same(self.plan)
        trials = worker.living(self._trials([]), lambda: tuner.oracle)
        tuner = Tuner(self._oracle(), trials, self.search.path)
        tuner.search()

    @contextlib.contextmanager
    def _held(self):
        finished = False
        with self.search.held(self.plan):
            try:
                yield
                finished = True
            finally:
                self._keep(finished)
                write_report(self.search)

    def _keep(self, finished=False):
        # Hyperband continues from models of trials that are not among the best of all.
        self.search.settle(
            self.subject.written, prune=finished or self.algorithm != "hyperband"
        )

    def _settle(self, table, bar=None):
        ended = table.update()
        if ended:
            self._keep()
        if bar is not None and bar.total:
            bar.n = len(table.told) * bar.total / self._count
            bar.refresh()

    def _trials(self, callbacks):
        training = {
            "callbacks": [*callbacks, Room(self.search.path)],
            "patience": self.patience,
        }
        return Trials(self.search, self.subject, self.seeds, training)

    def _opened_oracle(self):
        return (
            self._oracle()
            .opened(self.search.path)
            .again({record.trial for record in self.search.records})
        )

    def _oracle(self):
        hyperparameters = keras_tuner.HyperParameters()
        self.subject.space.declare(hyperparameters)
        return oracles.create(
            self.algorithm, self.points, self.trials, self.subject.config.epochs,
            objective=keras_tuner.Objective(*self.objective),
            hyperparameters=hyperparameters,
            seed=self.subject.config.seed,
            deadline=time.monotonic() + 3600 * self.hours if self.hours else math.inf,
        )  # fmt: skip

    @property
    def _count(self):
        count = len(self.points) if self.points else self.trials
        return min(count, self.trials) if count and self.trials else count

    @property
    def _total(self):
        return (
            self._count and self._count * len(self.seeds) * self.subject.config.epochs
        )


def _is_weight(name):
    return name in WEIGHTS or name.endswith("weight")
