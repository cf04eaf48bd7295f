import platform
import warnings

import keras
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("oneDNN is a switch of TensorFlow.", allow_module_level=True)

from kgen.engine import tensorflow as engine


@pytest.mark.skipif(
    platform.machine() != "x86_64", reason="TensorFlow has oneDNN on x86 alone."
)
def test_kgen_switches_onednn_on_before_tensorflow_is_imported():
    assert engine.IsMklEnabled()


@pytest.fixture
def slow_x86(monkeypatch):
    """A processor of which TensorFlow did not know that it should use oneDNN."""
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(engine, "IsMklEnabled", lambda: False)


def test_a_late_import_is_warned_of_with_the_way_out(slow_x86, monkeypatch):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    with pytest.warns(UserWarning, match="Import kgen before keras and tensorflow"):
        engine.warn_of_slow_kernels()


def test_who_switches_onednn_off_is_not_warned(slow_x86, monkeypatch):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        engine.warn_of_slow_kernels()
