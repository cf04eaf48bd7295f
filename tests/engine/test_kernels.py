import os
import platform
import subprocess
import sys
import warnings

import keras
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("oneDNN is a switch of TensorFlow.", allow_module_level=True)

from kgen.engine import tensorflow as engine

SWITCH = "TF_ENABLE_ONEDNN_OPTS"
on_x86 = pytest.mark.skipif(
    platform.machine() != "x86_64", reason="kgen switches oneDNN on for x86."
)


@on_x86
@pytest.mark.parametrize(
    ("before", "given", "found"),
    [
        ("", {}, "1"),
        ("", {SWITCH: "0"}, "0"),
        ("sys.modules['tensorflow'] = None", {}, "None"),
    ],
)
def test_an_import_before_tensorflow_switches_onednn_on(before, given, found):
    code = f"import os, sys\n{before}\nimport kgen\nprint(os.environ.get({SWITCH!r}))"
    own = {name: value for name, value in os.environ.items() if name != SWITCH}
    shown = subprocess.run(
        [sys.executable, "-c", code], env=own | given, capture_output=True, text=True
    )
    assert shown.stdout == f"{found}\n"


@on_x86
def test_tensorflow_follows_the_switch():
    assert engine.IsMklEnabled() == (os.environ.get(SWITCH) != "0")


@pytest.fixture
def slow_x86(monkeypatch):
    """A processor on which TensorFlow leaves oneDNN off."""
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(engine, "IsMklEnabled", lambda: False)


def test_a_late_import_is_warned_of_with_the_way_out(slow_x86, monkeypatch):
    monkeypatch.delenv(SWITCH, raising=False)
    with pytest.warns(UserWarning, match="Import kgen before keras and tensorflow"):
        engine.warn_of_slow_kernels()


def test_who_switches_onednn_off_is_not_warned(slow_x86, monkeypatch):
    monkeypatch.setenv(SWITCH, "0")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        engine.warn_of_slow_kernels()
