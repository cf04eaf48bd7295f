"""An eager training followed with pdb: numbers wherever it stops, under either backend."""

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

from kgen import models
from kgen.engine import GenerativeModel
from kgen.experiments import training
from kgen.fields import Vector
from kgen.runs.config import RunConfig
from tests.conftest import tiny

pytestmark = pytest.mark.whole

DOCUMENT = Path(__file__).parents[2] / "docs" / "debugging.md"
SMALL = ["--epochs", "1", "--batch-size", "64", "--latent-dim", "1", "--set", "width=4"]


def session():
    """The command of the document and what is typed into the debugger, until it is quit."""
    text = DOCUMENT.read_text()
    (command,) = re.findall(r"^\$ python (.*)$", text, re.MULTILINE)
    typed = re.findall(r"^\(Pdb\) (.*)$", text, re.MULTILINE)
    return command.split(), typed[: typed.index("quit") + 1]


def test_the_debugger_stops_where_the_document_says(tmp_path):
    command, typed = session()
    command[command.index("digits")] = "normal"
    command[command.index("runs/debug")] = str(tmp_path / "run")
    script = "\n".join(typed).replace("loss < .1", "loss < 10")
    done = subprocess.run(
        [sys.executable, *command, *SMALL],
        input=script,
        capture_output=True,
        text=True,
        timeout=300,
    )
    shown = done.stdout
    paid = float(re.search(r"\('discriminator', (\S+)\)", shown)[1])
    assert 0 < paid < 10
    parts = re.search(
        r"\{'(?:real|fake)_loss': (\S+), '(?:real|fake)_loss': (\S+)\}", shown
    )
    assert sum(map(float, parts.groups())) == pytest.approx(paid, rel=1e-5)
    assert (
        "'discriminator_objective'" in shown
        and len(re.findall(r"[(\[]64, 1[)\]]", shown)) == 2
    )
    frames = re.findall(r"(\w+)\(\)\n->", shown[shown.rindex("__main__") :])
    places = [
        frames.index(name)
        for name in ("main", "start", "fit", "train_step", "play", "track")
    ]
    assert places == sorted(places)
    assert (
        "model.py" in re.search(r"Breakpoint 2 at (\S+)", shown)[1]
        and "results()" in shown
    )
    assert not (tmp_path / "run").exists(), "a run without an epoch is left"


def seen(name):
    """What a debugger finds where the plays of a step are tracked, and in an objective."""
    found = {"paid": [], "scored": []}
    model = tiny(name, {"x": Vector((3,))})
    track, score = model.track, model.score

    def tracked(player, loss, scores, count):
        found["paid"].append(
            {
                player: float(loss),
                **{key: float(value) for key, (value, _) in scores.items()},
            }
        )
        assert bool(loss < 1e9)
        return track(player, loss, scores, count)

    def scored(key, values):
        value = score(key, values)
        found["scored"].append(
            (
                key,
                float(ops.convert_to_numpy(ops.stop_gradient(value))),
                bool(value < 1e9),
            )
        )
        return value

    model.track, model.score = tracked, scored
    model.compile(run_eagerly=True)
    values = np.random.default_rng(0).random((8, 3), dtype="float32")
    history = model.fit(values, batch_size=8, epochs=1, verbose=0).history
    return found, history


@pytest.mark.parametrize(
    ("name", "player"), [("gan", "discriminator"), ("vae", "model")]
)
def test_every_number_is_concrete_where_a_play_is_tracked_and_in_its_objective(
    name, player
):
    found, history = seen(name)
    logged = {key: values[0] for key, values in history.items()}
    assert found["paid"][0][player] == pytest.approx(
        logged[GenerativeModel.loss_name(player)]
    )
    assert {key: value for key, value, _ in found["scored"]} == pytest.approx(
        {key: logged[key] for key, _, _ in found["scored"]}
    )
    assert all(finite for _, _, finite in found["scored"])


def test_eager_mode_is_no_part_of_a_run(tmp_path):
    modes = []
    told = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: None)
    told.on_train_begin = lambda logs=None: modes.append(told.model.run_eagerly)
    config = RunConfig(
        "vae", "digits", epochs=1, batch_size=512, options={"latent_dim": 2, "width": 4}
    )
    # a whole epoch takes minutes under JAX
    eager = keras.backend.backend() == "tensorflow"
    run = training.start(tmp_path / "run", config, callbacks=[told], eager=eager)
    kept = json.loads((run.path / "config.json").read_text())
    assert not any("eager" in key for key in kept)
    training.resume(run, callbacks=[told], epochs=2)
    assert modes == [eager, False]


@pytest.mark.parametrize("function", [training.start, training.resume])
def test_a_training_is_compiled_unless_told_otherwise(function):
    assert inspect.signature(function).parameters["eager"].default is False


def test_the_recipe_for_plays_is_that_of_every_model():
    assert {entry.load().track for entry in models.MODELS.values()} == {
        GenerativeModel.track
    }
