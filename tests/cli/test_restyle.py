"""Canvases and restyled pictures, as users ask for them."""

import numpy as np
import pytest
from PIL import Image

from tests.cli.test_cli import kgen


@pytest.fixture(scope="module")
def bricks(tmp_path_factory):
    run = tmp_path_factory.mktemp("textures") / "run"
    data = "--data", "texture=brick", "--data", "size=16", "--data", "count=64"
    small = "--epochs", 1, "--batch-size", 32, "--set", "width=2", "--eager"
    kgen("train", "markovian-gan", "--dataset", "textures", *data, *small, "--run", run)
    return run


def test_canvases_of_any_size(bricks, tmp_path):
    assert (bricks / "canvas.png").stat().st_size > 0
    kgen("generate", bricks, "--size", 50, "--count", 2, "--out", tmp_path / "two.npz")
    canvases = np.load(tmp_path / "two.npz")["x"]
    assert canvases.shape == (2, 50, 50, 1) and canvases.dtype == np.uint8


def test_a_picture_of_any_size_is_restyled(bricks, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (21, 45, 3), dtype="uint8")
    Image.fromarray(pixels[..., 0]).save(tmp_path / "photo.png")
    kgen("restyle", bricks, tmp_path / "photo.png", tmp_path / "new" / "bricks.png")
    assert np.asarray(Image.open(tmp_path / "new" / "bricks.png")).shape == (21, 45)
    Image.fromarray(pixels[:1, :, 0]).save(tmp_path / "line.png")
    kgen("restyle", bricks, tmp_path / "line.png", tmp_path / "new" / "line.png")
    assert np.asarray(Image.open(tmp_path / "new" / "line.png")).shape == (1, 45)
    assert "no picture" in kgen(
        "restyle", bricks, tmp_path / "a.png", tmp_path / "b.png", code=1
    )
    assert "should end in .png" in kgen(
        "restyle", bricks, tmp_path, tmp_path / "b.jpg", code=2
    )
