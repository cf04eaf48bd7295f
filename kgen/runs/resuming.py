"""Runs of a longer work that may be killed and goes on where it was."""

from kgen.runs import training
from kgen.runs.report import LAST_OF_REPORT
from kgen.runs.run import Run


def trained(path, config):
    """The finished run of a configuration, begun, continued or just opened."""
    if not (path / "config.json").exists():
        return training.start(path, config)
    run, epochs = Run.open(path), config["epochs"]
    finished = len(run.history) == epochs and (run.path / LAST_OF_REPORT).exists()
    return run if finished else training.resume(run, epochs)
