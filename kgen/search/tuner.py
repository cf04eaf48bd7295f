import time

from keras_tuner.engine.base_tuner import BaseTuner
from keras_tuner.src import config

IDLE_SECONDS = 0.5


class Tuner(BaseTuner):
    """Asks an oracle for trials until it has none, and hands each to ``work``.

    Args:
        oracle: of ``kgen.search.oracles``.
        work: function of a trial that returns the numbers it reached; ``Trials`` as a rule.
        directory: where the oracle keeps what it knows, in ``tuner/``.
        after: function that is called after each trial.
        fault: function that returns the error for which the search has to end, if there is one.
    """

    def __init__(self, oracle, work, directory, after=lambda: None, fault=lambda: None):
        self.work, self.after, self.fault, self._pause = work, after, fault, 0
        config.DEBUG = (
            False  # or it prints a page a failing trial, whose reason stands in its record
        )
        super().__init__(oracle, directory=directory, project_name="tuner")

    def save(self):
        """Nothing: the oracle writes what it knows, and theirs would write half a file when killed."""

    def pre_create_trial(self):
        if self.fault():
            raise self.fault()
        # Told to ask again, theirs does so at once and takes a whole core.
        time.sleep(self._pause)
        self._pause = IDLE_SECONDS

    def on_trial_begin(self, trial):
        self._pause = 0

    def run_trial(self, trial):
        return self.work(trial)

    def on_trial_end(self, trial):
        super().on_trial_end(trial)
        self.after()
