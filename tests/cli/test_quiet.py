"""TensorFlow's start-up notes, which its libraries write past Python, and what has to stay."""

import logging
import os
import subprocess
import sys

import pytest

from kgen.cli.quiet import QuietImport, notes_kept_back, quieten

NOTES = (
    b"WARNING: All log messages before absl::InitializeLog() is called\n"
    b"I0000 00:00:1 2 port.cc:153] oneDNN is on\n"
)
FAULTS = (
    b"E0000 00:00:1 2 cuda.cc:5] failed call\nW0000 00:00:1 2 x.cc:5] slow\n"
    b"Traceback (most recent call last):\n"
)


def test_notes_are_kept_back_and_faults_are_shown(capfd):
    with notes_kept_back():
        os.write(2, NOTES + FAULTS)
    assert capfd.readouterr().err.encode() == FAULTS


def test_what_was_said_before_an_import_failed_is_shown(capfd):
    with pytest.raises(ImportError), notes_kept_back():
        os.write(2, FAULTS)
        raise ImportError
    assert capfd.readouterr().err.encode() == FAULTS


@pytest.mark.parametrize(
    ("level", "quiet"), [(None, True), ("3", True), ("0", False), ("1", False)]
)
def test_a_user_who_asks_for_the_notes_gets_them(level, quiet, monkeypatch):
    others = [finder for finder in sys.meta_path if not isinstance(finder, QuietImport)]
    monkeypatch.setattr(sys, "meta_path", others)
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    if level is not None:
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", level)
    quieten()
    assert isinstance(sys.meta_path[0], QuietImport) == quiet


@pytest.mark.parametrize(("level", "lines"), [("3", 1), ("0", 2)])
def test_advice_on_tracing_is_for_those_who_ask(level, lines, monkeypatch):
    logger, told = logging.getLogger("tensorflow"), []
    monkeypatch.setattr(logger, "filters", [])
    monkeypatch.setattr(logger, "handlers", [handler := logging.Handler()])
    monkeypatch.setattr(
        handler, "emit", lambda record: told.append(record.getMessage())
    )
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", level)
    quieten()
    logger.warning(
        "%d out of the last %d calls triggered tf.function retracing. Tracing is expensive",
        5,
        9,
    )
    logger.warning("The disk is full")
    assert len(told) == lines and told[-1] == "The disk is full"


@pytest.mark.whole
def test_importing_tensorflow_says_nothing_once_it_is_quiet():
    code = (
        "from kgen.cli.quiet import quieten\nquieten()\n"
        "import tensorflow; print(tensorflow.__version__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr == "" and done.stdout


def test_importing_kgen_leaves_the_logging_of_its_user_alone():
    code = (
        "import logging, os, sys\n"
        "before = dict(os.environ), list(sys.meta_path), "
        "logging.root.level, list(logging.root.handlers)\n"
        "import kgen, kgen.checks, kgen.cli.main\n"
        "os.environ.pop('TF_ENABLE_ONEDNN_OPTS', None)\n"
        "assert before == (dict(os.environ), list(sys.meta_path), "
        "logging.root.level, list(logging.root.handlers))"
    )
    environment = {**os.environ}
    environment.pop("TF_ENABLE_ONEDNN_OPTS", None)  # the one that kgen sets
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
