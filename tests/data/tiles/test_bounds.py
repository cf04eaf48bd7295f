"""Small files that declare huge images are refused before anything of that size is read."""

import h5py
import numpy as np
import pytest

from kgen.data import TileSource
from kgen.data.tiles import pixels as stored
from tests.data.tiles.files import pixels, write

GZIP = {"compression": "gzip"}


def declaring(path, shape, dtype="uint8", fill=True, **options):
    """A file of sound images, and one image that is declared but stored only in a corner."""
    write(path, pixels(dtype))
    with h5py.File(path, "r+") as file:
        dataset = file.create_dataset("A/9", shape, dtype, **options)
        if fill:
            dataset[:8, :8] = np.arange(64).reshape(8, 8)
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path / "cache"))


EMPTY = {
    "long": ((2**40, 64), {"chunks": (64, 64)}),
    "wide": ((64, 2**40), {"chunks": (64, 64)}),
    "gzip": ((2**22, 2**22), {"chunks": (64, 64), **GZIP}),
    "nothing stored": ((2**40, 64), {"chunks": (64, 64), "fill": False}),
    "in one piece, nothing stored": ((2**20, 2**20), {"fill": False}),
}


@pytest.mark.parametrize("kind", EMPTY)
def test_pixels_that_a_file_cannot_hold_are_refused(tmp_path, kind):
    shape, options = EMPTY[kind]
    path = declaring(tmp_path / "a.h5", shape, **options)
    expected = (
        r"a.h5: A/9 declares .* TB of pixels: the whole file has .* KB, "
        r"so that nearly all .*skip=A/9[.]$"
    )
    with pytest.raises(ValueError, match=expected):
        TileSource(path, tile_size=16)
    assert len(TileSource(path, tile_size=16, skip=["A/9"]).sections) == 5


def test_sparse_images_are_read(tmp_path):
    path = declaring(tmp_path / "a.h5", (4000, 2000), chunks=(64, 64))
    source = TileSource(path, tile_size=16)
    assert source.statistics["A/9"].count == 8_000_000
    assert source.statistics["A/9"].mean == pytest.approx(np.arange(64).sum() / 8e6)


CROWDED = {
    "one chunk": ((16_384, 16_384), (16_384, 16_384)),
    "rows of chunks": ((1024, 524_288), (512, 512)),
    "chunks beyond the image": ((40, 40), (16_384, 16_384)),
}


@pytest.mark.parametrize("kind", CROWDED)
def test_chunks_that_unpack_to_more_than_memory_are_refused_unread(
    tmp_path, kind, monkeypatch
):
    shape, chunks = CROWDED[kind]
    path = declaring(
        tmp_path / "a.h5", shape, fill=False, chunks=chunks, maxshape=(None, None)
    )
    with h5py.File(path, "r+") as file:  # large enough to hold such an image, packed
        file["filler/0"] = np.random.default_rng(0).integers(0, 255, 2**18, "uint8")
    monkeypatch.setattr(stored, "read", lambda *_: pytest.fail("pixels were read"))
    with pytest.raises(
        ValueError,
        match="A/9 is packed in rows of 268 MB: .*; raise memory, or choose smaller chunks",
    ):
        TileSource(path, tile_size=16, memory="300MB", skip=["filler"])


def test_more_memory_reads_larger_chunks(tmp_path):
    shape = (9000, 9000)
    path = declaring(tmp_path / "a.h5", shape, chunks=shape, **GZIP)
    with pytest.raises(ValueError, match="A/9 is packed in rows of 81 MB"):
        TileSource(path, tile_size=16, memory="200MB")
    assert (
        TileSource(path, tile_size=16, memory="300MB").statistics["A/9"].count
        == 81_000_000
    )


def test_small_budgets_do_not_refuse_common_chunks(tmp_path):
    path = write(tmp_path / "a.h5", pixels(), chunks=(16, 16), **GZIP)
    assert len(TileSource(path, tile_size=16, memory="1KB").sections) == 5
