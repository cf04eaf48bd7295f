"""Runs within a longer piece of work, which may be killed and later continues where it stopped."""

import json
from collections.abc import Sequence

from keras.callbacks import Callback

from kgen import data
from kgen.callbacks.patience import Patience
from kgen.experiments import building, training
from kgen.experiments.report import LAST_OF_REPORT, write_report
from kgen.names import without
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.types import Location


def trained(
    path: Location,
    config: RunConfig,
    callbacks: Sequence[Callback] = (),
    patience: Patience | None = None,
) -> Run:
    """The finished run of a configuration: started, continued or only opened.

    ``patience`` may end it early. Raises if the run was begun with other settings.
    """
    callbacks = [*callbacks, *([patience] if patience else [])]
    if not Run(path).begun:
        return training.start(path, config, callbacks=callbacks)
    run, epochs = Run.open(path), config.epochs
    _check_settings(run, config)
    if patience and _ended_early(run, patience):
        return run
    finished = len(run.history) == epochs and (run.path / LAST_OF_REPORT).exists()
    return run if finished else training.resume(run, callbacks=callbacks, epochs=epochs)


def _check_settings(run, config):
    wanted, begun = _settings(run, config), run.config.as_dict()
    for name in without(wanted, (*training.FREE, "format_version")):
        if wanted[name] != begun[name]:
            raise ValueError(
                f"{run.path} was begun with {name}={begun[name]!r}, and {wanted[name]!r} is "
                "asked. Choose another folder, or remove this run."
            )


def _settings(run, config):
    """What a run of this configuration would write."""
    config = building.asked(config)
    read = data.parsed_options(config.dataset, config.data)
    completed = building.completed(config.replaced(data=read), run.dataset())
    return json.loads(json.dumps(completed.as_dict()))


def _ended_early(run, patience):
    # A stop may have come between two files of an epoch, or after the last and before the report.
    saved = (run.path / "model.keras").exists()
    if not patience.over(run.history) or not saved:
        return False
    model = run.model()
    rows = run.history[: model.epochs_trained]
    if patience.over(rows) and not (run.path / LAST_OF_REPORT).exists():
        run.write_rows("history.csv", rows)
        write_report(run, model, run.dataset())
    return patience.over(rows)
