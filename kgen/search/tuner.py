import time
from collections.abc import Callable
from typing import Any

from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.engine.trial import Trial
from keras_tuner.src import config

from kgen.search.oracles import Durable
from kgen.types import Location

IDLE_SECONDS = 0.5


class Tuner(BaseTuner):
    """Asks an oracle for trials until it has none, and hands each to ``work``.

    Args:
        oracle: one of ``kgen.search.oracles``.
        work: function of a trial that returns the numbers it reached; usually ``Trials``.
        directory: where the oracle keeps its state, in ``tuner/``.
        after: function that is called after each trial.
        fault: function that returns the error that has to end the search, or ``None``.
    """

    def __init__(
        self,
        oracle: Durable,
        work: Callable[[Trial], dict[str, float]],
        directory: Location,
        after: Callable[[], Any] = lambda: None,
        fault: Callable[[], Exception | None] = lambda: None,
    ):
        self.work, self.after, self.fault, self._pause = work, after, fault, 0.0
        # Else it prints a traceback per failing trial; the record holds the reason.
        config.DEBUG = False
        super().__init__(oracle, directory=directory, project_name="tuner")

    def save(self) -> None:
        """Does nothing: the oracle saves itself, and a kill would damage KerasTuner's own file."""

    def pre_create_trial(self) -> None:
        if fault := self.fault():
            raise fault
        # Told to ask again, KerasTuner's tuner does so at once and keeps a whole core busy.
        time.sleep(self._pause)
        self._pause = IDLE_SECONDS

    def on_trial_begin(self, trial: Trial) -> None:
        self._pause = 0

    def run_trial(self, trial: Trial) -> dict[str, float]:
        return self.work(trial)

    def on_trial_end(self, trial: Trial) -> None:
        super().on_trial_end(trial)
        self.after()
