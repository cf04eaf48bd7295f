"""A training from its configuration to its pictures."""

import sys
from functools import partial

import keras

from kgen import data
from kgen.data import reading
from kgen.engine import agreed, alone, distribute, own
from kgen.engine.callbacks import TrainingDiverged
from kgen.engine.tensorboard import TensorBoard
from kgen.runs.building import build
from kgen.runs.first_look import first_losses
from kgen.runs.health import Health
from kgen.runs.interrupting import interruptible
from kgen.runs.options import check_options, model_class, suggested
from kgen.runs.placement import HERE
from kgen.runs.recording import Pictures, Recorder
from kgen.runs.report import LAST_OF_REPORT, write_report
from kgen.runs.run import DEFAULTS, Run


def start(run_path, config, placement=HERE, callbacks=()):
    """Trains a new run, with ``callbacks`` after its own, and returns it; ``config`` is what config.json will hold."""
    config, cls = {**DEFAULTS, **config}, model_class(config["model"])
    check_options(config["model"], cls, config["options"])
    placement.check(config)
    if placement.first:
        Run(run_path).check_free()
    scope = distribute(*placement)
    config["data"] = data.parsed_options(config["dataset"], config["data"])
    dataset = data.load(config["dataset"], **config["data"])
    config["options"] = {**suggested(cls, dataset), **config["options"]}
    config["fingerprint"] = dataset.fingerprint
    dataset = dataset.binarised(config["binarisation"])
    with scope:
        _check_agreed(dataset.name, config["fingerprint"])
        keras.utils.set_random_seed(config["seed"])
        model = _prepared(build(cls, dataset, config), config)
        run = Run.create(run_path, config) if placement.first else Run(run_path)
        return train(run, model, dataset, config, placement, callbacks)


def resume(run, epochs=None, steps_per_execution=None, tensorboard=None, placement=HERE, callbacks=()):
    """Continues a run from its last whole epoch, exactly as if it had not stopped; returns it."""
    config = {**DEFAULTS, **run.config}
    if epochs is not None and epochs < config["epochs"]:
        raise ValueError(f"--epochs {epochs} is less than the {config['epochs']} of {run.path}; it can only grow.")
    config["epochs"] = epochs or config["epochs"]
    config["steps_per_execution"] = steps_per_execution or config["steps_per_execution"]
    config["tensorboard"] = tensorboard or config["tensorboard"]
    placement.check(config)
    scope, dataset = distribute(*placement), run.trained_on()
    saved = (run.path / "model.keras").exists()
    with scope:
        _check_agreed(dataset.name, config["fingerprint"])
        keras.utils.set_random_seed(config["seed"])
        model = run.model() if saved else build(model_class(config["model"]), dataset, config)
        _prepared(model, config)
        _check_unfinished(run, model, config["epochs"])
        if placement.first:
            run.write_json("config.json", config)
        return train(run, model, dataset, config, placement, callbacks)


def _check_agreed(name, fingerprint):
    number = int(fingerprint[:7], 16)
    if agreed(number) != number:
        raise ValueError(f"{name} holds other data here than on the host of process 0. Put the same files there.")


def _prepared(model, config):
    # Traced here, what cannot be run is refused before anything is written.
    model.steps_per_execution = config["steps_per_execution"]
    model.make_train_function()
    return model


def _check_unfinished(run, model, epochs):
    done = model.epochs_trained
    if len(run.history) < done:
        raise ValueError(
            f"{run.path}/history.csv holds {len(run.history)} of the {done} epochs that model.keras was trained for. "
            "Put a whole copy of it back."
        )
    if done >= epochs and (run.path / LAST_OF_REPORT).exists():
        raise ValueError(f"{run.path} has finished its {done} epochs. Give more of them with --epochs.")


def train(run, model, dataset, config, placement, callbacks):
    """Fits the model for the epochs that are left, and reports."""
    if placement.first:
        _announce(model, dataset)
        # An earlier report must not pass for that of these epochs.
        (run.path / LAST_OF_REPORT).unlink(missing_ok=True)
    try:
        with interruptible() as interrupt:
            _fit(run, model, dataset, config, placement, [interrupt, *callbacks])
    except (KeyboardInterrupt, TrainingDiverged):
        if placement.first and (run.path / "model.keras").exists():
            print("\nStopping: the pictures of the finished epochs are drawn.", flush=True)
            _settle(run, dataset)
        raise
    if placement.first:
        with alone():
            write_report(run, own(model), dataset)
    return run


def _fit(run, model, dataset, config, placement, callbacks):
    batch_size, at_once = config["batch_size"], config["steps_per_execution"]
    # Every batch goes in equal parts to the devices: a few validation values may be left over.
    shards, part = placement.shards, placement.part
    validation = dataset.validation.subset(slice(len(dataset.validation) // shards * shards))
    with reading(dataset.train):
        model.fit(
            dataset.train.batches(batch_size, config["seed"], model.epochs_trained, part, at_once),
            steps_per_epoch=dataset.train.steps(batch_size, at_once),
            validation_data=validation.ordered(500 // shards * shards, part),
            epochs=config["epochs"],
            initial_epoch=model.epochs_trained,
            shuffle=False,
            verbose=_verbosity(placement),
            callbacks=[*(_writers(run, dataset, config) if placement.first else []), *callbacks],
        )


def _announce(model, dataset):
    with alone():
        print(*filter(None, (str(dataset), first_losses(own(model), dataset))), sep="\n", flush=True)


def _writers(run, dataset, config):
    pictures = Pictures(run, dataset.validation, dataset.class_names)
    board = [TensorBoard(run.path / "tensorboard", pictures.shown)] if config["tensorboard"] else []
    # Before the model of an epoch is saved: a stop in between must not leave it without its signs.
    health = Health(dataset.validation, run.health, partial(run.write_rows, "health.csv"))
    return [health, Recorder(run), pictures, *board]


def _verbosity(placement):
    return (1 if sys.stdout.isatty() else 2) if placement.first else 0


def _settle(run, dataset):
    # The weights in memory are those of an epoch that was never finished, and the stop may have come between the two
    # files of an epoch: what is saved decides.
    with alone():
        model = run.model()
        run.write_rows("history.csv", run.history[: model.epochs_trained])
        write_report(run, model, dataset)
