"""What a training prints: one line per epoch, and a progress bar on terminals only."""

import io
import sys

import pytest

from kgen.callbacks.batch_bar import BatchBar
from kgen.callbacks.epoch_lines import EpochLines
from kgen.tasks.failures import known
from tests.conftest import each_play, tiny, uncompiled, untrained, values_for

WIDEST = 100


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def lines_of(model, logs, epochs=1, word=lambda: ""):
    """An ``EpochLines`` at the end of its first epoch."""
    lines = EpochLines(word)
    lines.set_model(model)
    lines.set_params({"epochs": epochs})
    lines.on_train_begin()
    lines.on_epoch_end(0, logs)
    return lines


@each_play()
def test_a_line_tells_the_few_scalars_of_its_model_beside_those_of_the_validation(
    name, capsys
):
    model = untrained(name)
    logged = {"loss", *model.trackers}
    logs = {scalar: 1000.0 + place for place, scalar in enumerate(sorted(logged))}
    validation = {f"val_{scalar}": -value for scalar, value in logs.items()}
    lines_of(model, {**logs, **validation}, 100, lambda: max(known(), key=len))
    head, line = capsys.readouterr().out.splitlines()
    assert max(len(head), len(line)) <= WIDEST and 1 <= len(model.headline) <= 3
    for scalar in model.headline:
        assert f"{logs[scalar]:.0f}. ({-logs[scalar]:.0f}.)" in line
        assert f"{scalar.removesuffix('_loss')} (val)" in head
    assert head.split()[:2] == ["epoch", "left"] and line.split()[0] == "1/100"
    assert model.monitor is None or model.monitor.removeprefix("val_") in model.headline


def test_the_time_left_is_that_of_the_epochs_behind_without_the_first(
    capsys, monkeypatch
):
    clock = iter([0.0, 60.0, 62.0, 66.0])
    monkeypatch.setattr(
        "kgen.callbacks.epoch_lines.time.monotonic", lambda: next(clock)
    )
    lines = lines_of(
        tiny("vae"), dict.fromkeys(["loss", "reconstruction_loss", "kl_loss"], 1.0), 10
    )
    for epoch in (1, 2):
        lines.on_epoch_end(
            epoch, dict.fromkeys(["loss", "reconstruction_loss", "kl_loss"], 1.0)
        )
    left = [line.split()[1] for line in capsys.readouterr().out.splitlines()[1:]]
    assert left == ["09:00", "00:16", "00:21"]


def fitted(epochs=2, **settings):
    model = uncompiled(tiny("vae"))
    values = values_for(model)["x"]
    callbacks = [BatchBar(), EpochLines(lambda: "sound")]
    model.fit(
        values,
        validation_data=(values,),
        epochs=epochs,
        verbose=0,
        callbacks=callbacks,
        **settings,
    )


def test_in_a_file_an_epoch_is_one_line_and_nothing_is_drawn_again(capsys):
    fitted(epochs=3)
    shown = capsys.readouterr()
    assert (
        len(shown.out.splitlines()) == 4 and "\r" not in shown.out and shown.err == ""
    )
    assert all(line.endswith("  sound") for line in shown.out.splitlines()[1:])


@pytest.mark.parametrize("at_once", [1, 2])
def test_on_a_terminal_a_bar_tells_how_far_an_epoch_is_and_leaves_nothing(
    at_once, capsys, monkeypatch
):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(
        "kgen.console.ON_TERMINALS", {"leave": False, "disable": None, "mininterval": 0}
    )
    model = tiny("vae")
    model.steps_per_execution = at_once
    x = values_for(model)["x"]
    model.fit(
        x,
        validation_data=(x,),
        batch_size=12,
        epochs=1,
        verbose=0,
        callbacks=[BatchBar()],
    )
    drawn = sys.stderr.getvalue().split("\r")
    assert any(
        "Epoch 1/1" in text and "4/4" in text and "kl=" in text for text in drawn
    )
    assert any("Validation" in text for text in drawn) and drawn[-1].strip() == ""
