"""Walks between classes, as users ask for them."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from kgen.runs.run import Run
from tests.cli.test_cli import kgen
from tests.conftest import tiny


@pytest.fixture(scope="module")
def models():
    return {name: tiny(name) for name in ("biggan", "cgan")}


@pytest.fixture
def opened(models, monkeypatch):
    """Lets a folder stand for the run of the model of its name."""
    run = lambda path: SimpleNamespace(model=lambda: models[path.name])  # noqa: E731
    monkeypatch.setattr(Run, "open", run)


def test_a_walk_is_drawn_in_whole_rows(opened, tmp_path):
    shown = kgen(
        "generate",
        "biggan",
        "--walk",
        "0,2,1",
        "--count",
        20,
        "--out",
        tmp_path / "a.png",
    )
    assert "18 values written" in shown and np.std(Image.open(tmp_path / "a.png")) > 1


def test_a_class_or_a_model_that_cannot_walk_is_named(opened, tmp_path):
    out = "--out", tmp_path / "a.png"
    assert "the classes are 0 to 2" in kgen(
        "generate", "biggan", "--walk", "0,7", *out, code=1
    )
    assert "name two classes" in kgen("generate", "biggan", "--walk", "1", *out, code=1)
    assert "CGAN cannot walk between classes" in kgen(
        "generate", "cgan", "--walk", "0,1", *out, code=1
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--label", 3), "--walk knows no --label"),
        (("--out", "a.npz"), "--out a.npz should end in .png"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message):
    shown = kgen("generate", "biggan", "--walk", "0,1", *options, code=2)
    assert message in " ".join(shown.split())
