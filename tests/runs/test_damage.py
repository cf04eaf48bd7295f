"""What a run says where its files are damaged, or vanish while it is written."""

import json
import shutil

import keras
import numpy as np
import pytest

from kgen.callbacks.recorder import Recorder
from kgen.decoding import Undecodable
from kgen.models import MODELS
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from tests.cli.test_cli import kgen
from tests.conftest import tiny

CONFIG = RunConfig("vae", "digits")
HARMS = {
    "no JSON": (b"{", "cannot be read as JSON"),
    "nothing": (b"", "cannot be read as JSON"),
    "no text": (b"\xff\xfe\x00{", "cannot be read as JSON"),
    "too deep": (b"[" * 200_000, "cannot be read as JSON"),
    "a number too long": (
        b'{"epochs": ' + b"9" * 5000 + b"}",
        "cannot be read as JSON",
    ),
    "twice": (b'{"model": "vae", "model": "gan"}', "'model' stands there twice"),
    **{
        text: (text.encode(), "is not a JSON object")
        for text in ("[]", "null", "5", '"x"', "true", "[{}]")
    },
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", ["config.json", "metrics.json", "environment.json"])
def test_a_damaged_file_of_a_run_is_told_by_name(name, harm, tmp_path):
    run = Run.create(tmp_path / "run", CONFIG)
    content, said = HARMS[harm]
    (run.path / name).write_bytes(content)
    with pytest.raises(
        Undecodable, match=rf"{name}.*{said}.*Put a whole copy of it back|{name} {said}"
    ):
        run.read_json(name)


@pytest.mark.parametrize("harm", HARMS)
def test_a_configuration_that_is_none_is_one_message(harm, tmp_path):
    content, said = HARMS[harm]
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(Undecodable, match=said):
        Run.open(tmp_path)
    assert said in kgen(
        "train", "--config", tmp_path / "config.json", code=2, cwd=tmp_path
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model", ["vae"]), ("model", {}), ("model", None), ("dataset", 3), ("options", "beta=1"),
        ("data", [1]), ("epochs", "5"), ("epochs", [5]), ("learning_rates", 0.1), ("seed", None),
        ("precision", 16),
    ],
)  # fmt: skip
def test_a_value_of_another_type_names_its_key(key, value, tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({**CONFIG.as_dict(), key: value}))
    with pytest.raises(ValueError, match=rf"config.json: {key}="):
        Run.open(tmp_path)
    assert f"{key}=" in kgen("train", "--config", file, code=2, cwd=tmp_path)


def test_a_deep_value_is_no_harm(tmp_path):
    deep = (
        '{"model": "vae", "dataset": "digits", "options": {"beta": '
        + "[" * 500
        + "]" * 500
        + "}}"
    )
    (tmp_path / "config.json").write_text(deep)
    assert "beta" in kgen(
        "train", "--config", tmp_path / "config.json", "--run", tmp_path / "run", code=1
    )


@pytest.mark.parametrize("name", ["history.csv", "health.csv"])
@pytest.mark.parametrize(
    "content",
    [
        b"epoch,loss\n1,much\n",
        b"loss\n1\n",
        b"epoch,loss\n1\n",
        b"\xff\xfe,\x00",
        b"epoch\n" + b"9" * 200_000,
    ],
)
def test_damaged_numbers_of_epochs_are_told_by_name(content, name, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(
        Undecodable,
        match=f"{name} cannot be read as a table of numbers .*Put a whole copy",
    ):
        Run(tmp_path).read_rows(name)


# ---- weights that are no numbers -----------------------------------------------------------------


def broken(variable, value):
    values = np.array(keras.ops.convert_to_numpy(variable))
    values.flat[0] = value
    variable.assign(values)


@pytest.mark.parametrize(
    ("name", "value"), [*((name, np.nan) for name in MODELS), ("vae", np.inf)]
)
def test_weights_that_are_no_numbers_are_refused_wherever_a_model_is_loaded(
    name, value, tmp_path
):
    run = Run.create(tmp_path / "run", RunConfig(name, "digits"))
    model = tiny(name)
    broken(model.trainable_variables[0], value)
    run.save_model(model)
    (run.path / "best.keras").touch()
    with pytest.raises(
        ValueError,
        match=r"model.keras cannot be read .*1 of its \d+ arrays hold NaN or infinity.*copy",
    ):
        run.model()


@pytest.mark.parametrize("part", ["an optimizer", "a moving mean"])
def test_what_goes_on_with_a_training_is_looked_at_too(part, tmp_path):
    run = Run.create(tmp_path / "run", RunConfig("dcgan", "digits"))
    model = tiny("dcgan")
    moments = [
        v
        for optimizer in model.optimizers.values()
        for v in optimizer.variables
        if v.ndim
    ]
    moving = [v for v in model.non_trainable_variables if "moving" in v.path]
    broken((moments if part == "an optimizer" else moving)[-1], np.nan)
    run.save_model(model)
    with pytest.raises(ValueError, match="arrays hold NaN or infinity"):
        run.model()


@pytest.mark.parametrize(
    "command",
    [["test"], ["evaluate"], ["generate"], ["train", "--epochs", 30, "--resume"],
     *([verb, ..., "in.npz", "out.npz"] for verb in ("encode", "reconstruct"))],
    ids=lambda command: command[0],
)  # fmt: skip
def test_no_command_works_with_weights_that_are_no_numbers(command, tmp_path, digits):
    config = RunConfig("vae", "digits", fingerprint=digits.fingerprint)
    run = Run.create(tmp_path / "run", config)
    model = tiny("vae", digits.fields)
    broken(model.trainable_variables[0], np.nan)
    run.save_model(model)
    np.savez(tmp_path / "in.npz", x=digits.test["x"][:3])
    arguments = [run.path if word is ... else word for word in command]
    arguments += [] if ... in command else [run.path]
    assert "NaN or infinity" in kgen(*arguments, code=1, cwd=tmp_path)
    assert (
        not (tmp_path / "out.npz").exists()
        and not (run.path / "generated.png").exists()
    )


# ---- a directory that vanishes or is full --------------------------------------------------------


class Vanishing(keras.callbacks.Callback):
    """Does harm to a run at the end of its second epoch."""

    def __init__(self, harm):
        super().__init__()
        self.harm = harm

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            self.harm()


def trained(run, harm, batch):
    model = tiny("vae")
    model.run_eagerly = keras.backend.backend() == "tensorflow"
    data = {"x": batch[0], "validation_data": (batch[0], None)}
    model.fit(
        **data,
        epochs=3,
        batch_size=24,
        verbose=0,
        callbacks=[Vanishing(harm), Recorder(run)],
    )


def test_a_configuration_deleted_while_training_is_written_again(tmp_path, batch):
    run = Run.create(tmp_path / "run", CONFIG)
    trained(run, (run.path / "config.json").unlink, batch)
    assert Run.open(run.path).config == CONFIG and len(run.history) == 3


@pytest.mark.parametrize("way", ["created", "opened"])
@pytest.mark.parametrize("harm", ["deleted", "moved"])
def test_a_directory_that_vanishes_ends_the_training_and_is_not_made_anew(
    harm, way, tmp_path, batch
):
    run = Run.create(tmp_path / "run", CONFIG)
    run = run if way == "created" else Run.open(run.path)
    vanish = {
        "deleted": lambda: shutil.rmtree(run.path),
        "moved": lambda: run.path.rename(tmp_path / "other"),
    }[harm]
    with pytest.raises(
        FileNotFoundError,
        match=r"The run .*run was deleted or moved while it was written.*begin it again",
    ):
        trained(run, vanish, batch)
    assert not run.path.exists()


@pytest.mark.parametrize(
    "write",
    [
        lambda run: run.write_json("metrics.json", {"loss": 1}),
        lambda run: run.write_rows("history.csv", [{"epoch": 1}]),
        lambda run: run.save_model(tiny("vae")),
        lambda run: run.copy("config.json", "other.json"),
    ],
    ids=["json", "rows", "model", "copy"],
)
def test_a_full_disk_is_told_with_the_file_and_the_way_on(write, tmp_path, monkeypatch):
    run = Run.create(tmp_path / "run", CONFIG)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kgen.runs.run.tempfile.mkstemp", full)
    with pytest.raises(
        OSError,
        match=r"run/.* cannot be written \(.*No space left on device\)\. Make room",
    ):
        write(run)
    assert Run.open(run.path).config == CONFIG
