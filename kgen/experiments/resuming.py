"""Runs of a longer work that may be killed and goes on where it was."""

from kgen.experiments import training
from kgen.experiments.report import LAST_OF_REPORT, write_report
from kgen.runs.run import Run


def trained(path, config, callbacks=(), patience=None):
    """The finished run of a configuration, begun, continued or just opened; ``patience`` may end it early."""
    callbacks = [*callbacks, *([patience] if patience else [])]
    if not Run(path).begun:
        return training.start(path, config, callbacks=callbacks)
    run, epochs = Run.open(path), config.epochs
    if patience and _ended_early(run, patience):
        return run
    finished = len(run.history) == epochs and (run.path / LAST_OF_REPORT).exists()
    return run if finished else training.resume(run, callbacks=callbacks, epochs=epochs)


def _ended_early(run, patience):
    # A stop may have come between the two files of an epoch, or between the last epoch and its report.
    saved = (run.path / "model.keras").exists()
    if not patience.over(run.history) or not saved:
        return False
    model = run.model()
    rows = run.history[: model.epochs_trained]
    if patience.over(rows) and not (run.path / LAST_OF_REPORT).exists():
        run.write_rows("history.csv", rows)
        write_report(run, model, run.dataset())
    return patience.over(rows)
