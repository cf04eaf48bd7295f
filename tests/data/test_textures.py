"""Patches of photographs: strips that share no pixel, and what is refused."""

import numpy as np
import pytest

from kgen import data
from kgen.data import textures


def test_patches_of_two_splits_share_no_pixel(monkeypatch):
    columns = np.tile(np.arange(512) // 2, (512, 1)).astype("uint8")
    monkeypatch.setattr(textures, "photograph", lambda name: columns)
    found = data.load("textures", size=40, count=400)
    limits = [
        (part["x"].min(), part["x"].max())
        for part in (found.train, found.validation, found.test)
    ]
    assert limits == [(0, 159), (160, 207), (208, 255)]


def test_patches_are_pieces_of_their_texture():
    found = data.load("textures", size=16, count=20)
    assert found.class_names == ["brick", "grass", "gravel"]
    assert [len(part) for part in (found.train, found.validation, found.test)] == [
        60,
        15,
        15,
    ]
    for name, patch in zip(textures.NAMES, found.train["x"][::20], strict=True):
        windows = np.lib.stride_tricks.sliding_window_view(
            textures.photograph(name), (16, 16)
        )
        assert (windows[:, :305] == patch[..., 0]).all(axis=(2, 3)).any()
    alone = data.load("textures", texture="grass", size=16, count=20)
    assert alone.class_names == ["grass"]


def test_what_is_no_texture_is_refused():
    with pytest.raises(ValueError, match="Did you mean brick"):
        data.load("textures", texture="bricks")
    with pytest.raises(ValueError, match=r"size=97 is not a number in \[8, 96\]"):
        data.load("textures", size=97)
