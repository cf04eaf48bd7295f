"""A training, from its configuration to its pictures."""

import contextlib
import shutil
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import keras

from kgen import data
from kgen.callbacks.batch_bar import BatchBar
from kgen.callbacks.epoch_lines import EpochLines
from kgen.callbacks.health import Health
from kgen.callbacks.interrupt import interruptible
from kgen.callbacks.pictures import Pictures
from kgen.callbacks.recorder import Recorder
from kgen.callbacks.tensorboard import TensorBoard
from kgen.checks import check_known, counted
from kgen.data import reading
from kgen.data.data import Data
from kgen.engine import GenerativeModel, agreed, alone, distribute, own
from kgen.engine.callbacks import TrainingDiverged
from kgen.experiments import building
from kgen.experiments.first_look import first_losses
from kgen.experiments.placement import HERE, Placement
from kgen.experiments.report import LAST_OF_REPORT, write_report
from kgen.experiments.schedules import CONSTANT
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.types import Location

FREE = "epochs", "steps_per_execution", "tensorboard"


def start(
    run_path: Location,
    config: RunConfig,
    placement: Placement = HERE,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    eager: bool = False,
) -> Run:
    """Trains a new run by its ``RunConfig`` and returns it; ``callbacks`` run after its own.

    ``eager`` runs every step as plain Python, which a debugger can follow. It is slow and is not
    saved with the run.
    """
    config = building.asked(config)
    placement.check(config.batch_size)
    if placement.first:
        Run(run_path).check_free()
    scope = distribute(*placement)
    config = config.replaced(data=data.parsed_options(config.dataset, config.data))
    data.check(config.dataset, **config.data)
    dataset = cast(Data, data.load(config.dataset, **config.data))
    config = building.completed(config, dataset)
    dataset = dataset.binarised(config.binarisation)
    with scope:
        _check_agreed(dataset.name, config.fingerprint)
        keras.utils.set_random_seed(config.seed)
        model = _prepared(building.build(config, dataset), config, eager)
        run = Run(run_path)
        with _held(run, placement):
            if placement.first:
                Run.create(run_path, config)
            with _discarded(run, placement):
                return train(run, model, dataset, config, placement, callbacks)


def _held(run, placement):
    """The lock of the run, held by the one process that writes it."""
    return run.held() if placement.first else contextlib.nullcontext()


@contextlib.contextmanager
def _discarded(run, placement):
    """Removes a run that fails before its first epoch, so that the same path is free again."""
    try:
        yield
    except Exception:
        if placement.first and not (run.path / "model.keras").exists():
            shutil.rmtree(run.path, ignore_errors=True)
        raise


def resume(
    run: Run,
    placement: Placement = HERE,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    eager: bool = False,
    **changes: Any,
) -> Run:
    """Continues a run from its last complete epoch, exactly as if it had not stopped; returns it.

    ``changes`` are new values of ``epochs``, ``steps_per_execution`` and ``tensorboard``; nothing
    else may change.
    """
    with _held(run, placement):
        return _resumed(run, _changed(run, changes), placement, callbacks, eager)


def _resumed(run, config, placement, callbacks, eager):
    placement.check(config.batch_size)
    scope, dataset = distribute(*placement), run.trained_on()
    with scope:
        _check_agreed(dataset.name, config.fingerprint)
        keras.utils.set_random_seed(config.seed)
        saved = (run.path / "model.keras").exists()
        model = _prepared(
            run.model() if saved else building.build(config, dataset), config, eager
        )
        _check_unfinished(run, model, config.epochs)
        if placement.first:
            run.configure(config)
        return train(run, model, dataset, config, placement, callbacks)


def _changed(run, changes):
    config = run.config
    for name in changes:
        check_known("change of a run", name, FREE)
    epochs = changes.get("epochs", config.epochs)
    if epochs < config.epochs:
        raise ValueError(
            f"epochs={epochs} is less than the {config.epochs} of {run.path}; it can only grow."
        )
    if epochs > config.epochs and config.learning_rate_schedule != CONSTANT:
        raise ValueError(
            f"epochs={epochs} is more than the {config.epochs} over which the learning rate "
            f"of {run.path} moves ({config.learning_rate_schedule}). "
            f"Start a new run of {epochs} epochs."
        )
    return config.replaced(**changes)


def _check_agreed(name, fingerprint):
    number = int(fingerprint[:7], 16)
    if agreed(number) != number:
        raise ValueError(
            f"{name} holds other data here than on the host of process 0. Put the same files there."
        )


def _prepared(model, config, eager):
    # Tracing here finds what cannot run before anything is written.
    model.run_eagerly = eager
    model.steps_per_execution = config.steps_per_execution
    model.make_train_function()
    return model


def _check_unfinished(run, model, epochs):
    done = model.epochs_trained
    if len(run.history) < done:
        raise ValueError(
            f"{run.path}/history.csv holds {len(run.history)} of the {done} epochs "
            "that model.keras was trained for. Put a whole copy of it back."
        )
    if done >= epochs and (run.path / LAST_OF_REPORT).exists():
        raise ValueError(
            f"{run.path} has finished its {counted(done, 'epoch')}. Give more of them as epochs."
        )


def train(
    run: Run,
    model: GenerativeModel,
    dataset: Data,
    config: RunConfig,
    placement: Placement,
    callbacks: Sequence[keras.callbacks.Callback],
) -> Run:
    """Fits the model for the remaining epochs and writes the report."""
    if placement.first:
        _announce(model, dataset)
        # An earlier report must not be taken for that of these epochs.
        (run.path / LAST_OF_REPORT).unlink(missing_ok=True)
    try:
        with interruptible() as interrupt:
            _fit(run, model, dataset, config, placement, [interrupt, *callbacks])
    except (KeyboardInterrupt, TrainingDiverged):
        if placement.first and (run.path / "model.keras").exists():
            print(
                "\nStopping: the pictures of the finished epochs are drawn.", flush=True
            )
            _settle(run, dataset)
        raise
    if placement.first:
        with alone():
            write_report(run, own(model), dataset)
    return run


def _fit(run, model, dataset, config, placement, callbacks):
    batch_size, at_once = config.batch_size, config.steps_per_execution
    # Every batch is divided equally among the devices: some validation values may be left out.
    shards, part = placement.shards, placement.part
    validation = dataset.validation.subset(
        slice(len(dataset.validation) // shards * shards)
    )
    with reading(dataset.train):
        model.fit(
            dataset.train.batches(
                batch_size, config.seed, model.epochs_trained, part, at_once
            ),
            steps_per_epoch=dataset.train.steps(batch_size, at_once),
            validation_data=validation.ordered(500 // shards * shards, part),
            epochs=config.epochs,
            initial_epoch=model.epochs_trained,
            shuffle=False,
            verbose=0,
            class_weight=dataset.train.class_weights if config.balanced else None,
            callbacks=[
                *(_writers(run, dataset, config) if placement.first else []),
                *callbacks,
            ],
        )


def _announce(model, dataset):
    with alone():
        print(
            *filter(None, (str(dataset), first_losses(own(model), dataset))),
            sep="\n",
            flush=True,
        )


def _writers(run, dataset, config):
    pictures = Pictures(run, dataset)
    board = (
        [TensorBoard(run.path / "tensorboard", pictures.shown)]
        if config.tensorboard
        else []
    )
    # Before the model of an epoch is saved, so that no saved model lacks its diagnostics.
    health = Health(dataset, run.health, partial(run.write_rows, "health.csv"))
    return [
        BatchBar(),
        health,
        Recorder(run),
        pictures,
        *board,
        EpochLines(health.word),
    ]


def _settle(run, dataset):
    # The weights in memory are of an unfinished epoch, and the stop may have come between the two
    # files of an epoch: the saved model decides.
    with alone():
        model = run.model()
        run.write_rows("history.csv", run.history[: model.epochs_trained])
        write_report(run, model, dataset)
