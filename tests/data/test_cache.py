"""A cache that cannot be written is told with the way on."""

import os

import pytest

from kgen.data import TileSource
from kgen.data.cache import cache_folder
from tests.data.tiles.files import pixels, write

WAY_ON = "of the cache cannot be written .*KGEN_CACHE=DIR"


def behind_a_file(tmp_path):
    (tmp_path / "file").write_text("words")
    return tmp_path / "file" / "cache"


def a_file(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "statistics").write_text("words")
    return tmp_path / "cache"


PLACES = {
    "behind a file": behind_a_file,
    "a file": a_file,
    "without the right": lambda path: path / "cache",
}


def forbid(monkeypatch):
    # of root nothing else does
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)


@pytest.mark.parametrize("through", ["KGEN_CACHE", "HOME"])
@pytest.mark.parametrize("place", PLACES)
def test_a_cache_that_cannot_be_written_names_the_folder_and_kgen_cache(
    tmp_path, place, through, monkeypatch
):
    folder = PLACES[place](tmp_path)
    if place == "without the right":
        forbid(monkeypatch)
    monkeypatch.setenv("KGEN_CACHE", str(folder) if through == "KGEN_CACHE" else "")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _: str(folder))
    with pytest.raises(OSError, match=f"cache.*{WAY_ON}"):
        cache_folder("statistics")
    with pytest.raises(OSError, match=f"cache.*{WAY_ON}"):
        TileSource(write(tmp_path / "a.h5", pixels()), tile_size=16)


def test_a_cache_that_is_full_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    path = write(tmp_path / "a.h5", pixels())
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path))
    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(
        OSError,
        match=rf"statistics.*json {WAY_ON.replace('written ', 'written .No space left.*')}",
    ):
        TileSource(path, tile_size=16)
