"""kgen explore and what it refuses, as its users run it."""

import json
import socket
import webbrowser

import pytest

from kgen import pretrained
from kgen.explorer.server import Server
from tests.cli.test_cli import kgen
from tests.experiments.test_latent_space import untrained


@pytest.fixture
def opened(monkeypatch):
    """The addresses that a browser is sent to; nobody is served."""
    found = []
    monkeypatch.setattr(webbrowser, "open", found.append)
    monkeypatch.setattr(Server, "serve_forever", lambda self: None)
    return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return {
        name: untrained(name, "digits", folder / name).path for name in ("cvae", "gan")
    }


def test_a_model_that_comes_with_kgen_needs_no_run_and_no_data(opened, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", None)  # nothing is fetched
    shown = kgen("explore", "--model", "mnist", "--port", 0)
    assert (
        "CVAECGAN on mnist, 20 epochs, weights that come with kgen, 1,000 test values."
        in shown
    )
    assert (
        opened[0].startswith("http://127.0.0.1:")
        and f"Open {opened[0]} in a browser" in shown
    )


def test_of_a_run_that_was_not_finished_the_last_checkpoint_is_told(opened, runs):
    assert (
        "CVAE on digits, 0 of 5 epochs: its last checkpoint, 450 test values."
        in kgen("explore", runs["cvae"], "--port", 0, "--no-browser")
    )
    assert opened == []


def test_without_an_encoder_it_says_what_there_is_not(opened, runs):
    assert "No map, no concepts: it has no encoder" in kgen(
        "explore", runs["gan"], "--port", 0
    )


def test_a_port_in_use_is_told_before_anything_is_encoded(opened, runs):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        shown = kgen("explore", runs["cvae"], "--port", port, code=1)
    assert (
        f"Error: port={port} of 127.0.0.1 is in use by another program. Choose another, such as "
        in shown
    )


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "Give a run, as in kgen explore runs/mnist, or --model NAME"),
        (["runs/a", "--model", "mnist"], 2, "but not both"),
        (
            ["--model", "mnits"],
            1,
            "Unknown pretrained model 'mnits'. Did you mean mnist? Known: ",
        ),
        (["nowhere"], 1, "nowhere is not a run directory: there is no such folder"),
        (["../etc"], 1, "../etc is not a run directory"),
        (["nowhere", "--values", 5], 2, "5 is not in the range"),
        (["nowhere", "--port", 70000], 2, "70000 is not in the range"),
        (
            ["nowhere", "--host", "no.such.host.invalid"],
            1,
            "host='no.such.host.invalid' with port=8765 cannot be served",
        ),
    ],
)
def test_what_cannot_be_explored_is_told(opened, arguments, code, told):
    assert told in kgen("explore", *arguments, code=code)
    assert opened == []


def test_a_run_of_a_newer_version_is_told_whatever_else_it_holds(opened, tmp_path):
    run = untrained("cvae", "digits", tmp_path / "run")
    config = json.loads((run.path / "config.json").read_text())
    (run.path / "config.json").write_text(
        json.dumps({**config, "format_version": 3, "invented": 1})
    )
    shown = kgen("explore", run.path, "--port", 0, code=1)
    assert (
        "format_version 3 is not known; this kgen reads 1 and 2. Use the kgen that wrote it."
        in shown
    )


def test_a_run_without_a_finished_epoch_is_told(opened, tmp_path):
    run = untrained("cvae", "digits", tmp_path / "run")
    (run.path / "model.keras").unlink()
    assert "no epoch of this run was finished" in kgen(
        "explore", run.path, "--port", 0, code=1
    )


def test_every_model_that_comes_along_is_named_where_one_is_unknown(opened):
    assert f"Known: {', '.join(pretrained.names())}." in kgen(
        "explore", "--model", "x", code=1
    )
