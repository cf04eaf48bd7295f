"""Long work on a terminal and in a file."""

import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kgen import console, data, networks
from kgen.experiments import first_look
from kgen.metrics import importance_weighted_log_likelihood
from kgen.metrics.recipe import Recipe
from kgen.runs.config import RunConfig
from tests.conftest import tiny, values_for

PACKAGE = Path(__file__).parents[1] / "kgen"


@pytest.mark.parametrize(("total", "lines"), [(3000, 10), (25, 10), (3, 3), (1, 1)])
def test_in_a_file_steps_are_told_by_tenths(total, lines, capsys):
    with console.Steps(total, "Training", "step") as steps:
        for _ in range(total):
            steps.advance()
    shown = capsys.readouterr()
    told = shown.out.splitlines()
    assert len(told) == lines and shown.err == "" and "\r" not in shown.out
    assert told[-1] == f"Training: {total:,} of {total:,} steps, 00:00 left"


@pytest.mark.parametrize(
    ("seconds", "lines"), [(0.9, 0), (1.01, 1), (2.01, 6), (60.0, 10)]
)
def test_of_quick_work_a_file_is_told_nothing(seconds, lines, capsys, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("kgen.console.time.monotonic", lambda: clock[0])
    for piece in console.Steps(100, "Reading", "value", quick=1.0).over(
        [range(10)] * 10
    ):
        clock[0] += seconds * len(piece) / 100
    assert len(capsys.readouterr().out.splitlines()) == lines


def test_slow_work_is_told_of_between_its_tenths(capsys, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("kgen.console.time.monotonic", lambda: clock[0])
    with console.Steps(100, "Training", "step") as steps:
        for _ in range(100):
            clock[0] += 5
            steps.advance()
    told = [int(line.split()[1]) for line in capsys.readouterr().out.splitlines()]
    assert told == [number for number in range(1, 101) if number % 10 in (0, 3, 6, 9)]


def test_on_a_terminal_steps_are_a_bar(capsys, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(
        "kgen.console.ON_TERMINALS", {"leave": False, "disable": None, "mininterval": 0}
    )
    with console.Steps(4, "Training", "step") as steps:
        for _ in range(4):
            steps.advance()
    assert "4/4" in terminal.getvalue() and capsys.readouterr().out == ""


def test_every_bar_is_one_of_the_console():
    named = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if re.search(r"import tqdm|Progbar", path.read_text())
    ]
    assert named == ["console.py"]


def test_reading_into_a_file_draws_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(console.ON_TERMINALS, "delay", 0)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(20):
            Image.fromarray(np.full((8, 8), 9 * number, "uint8")).save(
                tmp_path / name / f"{number}.png"
            )
    data.load(f"folder:{tmp_path}")
    (tmp_path / "table.csv").write_text(
        "a,b\n" + "".join(f"{n},{n * n % 7}\n" for n in range(60))
    )
    data.load(f"csv:{tmp_path / 'table.csv'}")
    assert capsys.readouterr().err == ""


def test_the_training_of_a_classifier_is_told(digits, capsys):
    Recipe(networks.classifier, steps=20, passes=200, rate=2e-3).train(digits)
    told = [
        line
        for line in capsys.readouterr().out.splitlines()
        if " of 20 steps, " in line
    ]
    assert len(told) == 10


def test_a_likelihood_by_many_latents_is_told(capsys):
    model = tiny("vae")
    importance_weighted_log_likelihood(model, values_for(model)["x"], samples=2)
    shown = capsys.readouterr().out
    assert shown == "log p(x) by 2 latents each: 48 of 48 values, 00:00 left\n"


def test_learning_by_heart_is_told_in_lines_and_takes_values_of_each_class(
    tmp_path, capsys, monkeypatch
):
    shown = []
    monkeypatch.setattr(first_look, "EPOCHS", 20)
    learn = first_look._learn_by_heart
    monkeypatch.setattr(
        first_look,
        "_learn_by_heart",
        lambda model, x, y: (shown.extend(y), learn(model, x, y)),
    )
    config = RunConfig("cvae", "digits", options={"latent_dim": 2, "width": 4})
    first_look.overfit(config, 10)
    told = [line for line in capsys.readouterr().out.splitlines() if line]
    assert (
        len(told) == 10
        and told[-1] == "Learning 10 values by heart: 20 of 20 epochs, 00:00 left"
    )
    assert sorted(shown) == list(range(10))
