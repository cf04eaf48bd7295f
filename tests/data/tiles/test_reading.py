import h5py
import numpy as np
import pytest
from scipy import stats

from kgen.data import TileData, TileSource
from kgen.data.tiles import locations, storage
from kgen.data.tiles.blocks import Blocks
from kgen.data.tiles.in_memory import InMemory
from kgen.data.tiles.layout import sections_of
from kgen.data.tiles.locations import Fields, numbers, whole
from kgen.data.tiles.mapped import Mapped
from tests.data.tiles.files import SHAPES, TILE, pixels, places, write

GZIP = {"chunks": (16, 16), "compression": "gzip", "shuffle": True}


def reader(path, memory):
    return storage.choose(path, sections_of(path), memory)


@pytest.mark.parametrize(
    "dtype", ["uint8", "uint16", ">u2", "int16", "float32", "float64"]
)
@pytest.mark.parametrize(
    ("options", "memory", "cls"),
    [
        ({}, 10**6, InMemory),
        ({}, 100, Mapped),
        (GZIP, 10**6, InMemory),
        (GZIP, 100, Blocks),
    ],
)
def test_every_storage_gives_the_pixels_of_the_file(
    tmp_path, dtype, options, memory, cls
):
    images = pixels(dtype)
    found = reader(write(tmp_path / "a.h5", images, **options), memory)
    assert type(found) is cls
    where = whole(found.sections, TILE).at(numbers(0, 0, 0, 200))
    for tile, section, row, column in zip(
        found.tiles(where, TILE), *where, strict=True
    ):
        expected = images[found.sections[section].path][
            row : row + TILE, column : column + TILE
        ]
        np.testing.assert_array_equal(tile, expected)


def test_the_choice_says_its_reason(tmp_path):
    path = write(tmp_path / "a.h5", pixels())
    assert (
        str(reader(path, 10**6)) == "a copy in memory: 13.9 KB fit the budget of 1 MB"
    )
    assert "13.9 KB exceed the budget of 10 KB; the pixels lie row after row" in str(
        reader(path, 10_000)
    )
    assert "the pixels lie in chunks" in str(
        reader(write(tmp_path / "b.h5", pixels(), **GZIP), 10_000)
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2GB", 2 * 10**9),
        ("512 mb", 512 * 10**6),
        ("1.5K", 1500),
        (77, 77),
        ("2MiB", 2**21),
    ],
)
def test_sizes_are_read(text, count):
    assert storage.memory_bytes(text) == count


@pytest.mark.parametrize("text", ["", "much", "-1GB", "0GB", "2XB", "2", 0])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="not a size above 0"):
        storage.memory_bytes(text)


def test_every_place_is_equally_likely():
    fields = Fields([0, 1], [(0, 0), (5, 7)], [(3, 4), (2, 9)])
    where = fields.at(numbers(3, 0, 0, 30_000))
    names, counts = np.unique(np.stack(where), axis=1, return_counts=True)
    assert names.shape[1] == 3 * 4 + 2 * 9
    assert stats.chisquare(counts).pvalue > 1e-3
    second = names[:, names[0] == 1]
    assert second[1:].min(axis=1).tolist() == [5, 7] and second[1:].max(
        axis=1
    ).tolist() == [6, 15]


def test_every_image_is_equally_likely_where_told_so():
    fields = Fields(
        [0, 1, 1], [(0, 0), (0, 0), (2, 0)], [(50, 50), (2, 3), (2, 3)], "image"
    )
    where = fields.at(numbers(3, 0, 0, 20_000))
    assert stats.binomtest(int(where.sections.sum()), 20_000).pvalue > 1e-3
    _, counts = np.unique(
        np.stack(where)[:, where.sections == 1], axis=1, return_counts=True
    )
    assert len(counts) == 12 and stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize(("start", "count"), [(0, 1), (1, 5), (7, 9), (400, 100)])
def test_any_part_of_the_numbers_of_an_epoch_can_be_had_alone(start, count):
    np.testing.assert_array_equal(
        numbers(5, 2, start, count), numbers(5, 2, 0, 500)[start : start + count]
    )
    assert not np.isin(numbers(5, 3, 0, 500), numbers(5, 2, 0, 500)).any()


@pytest.mark.parametrize("memory", [4000, 10_000, 10**6])
def test_blocks_draw_every_place_of_an_epoch_as_often_as_chance_does(tmp_path, memory):
    path = write(tmp_path / "a.h5", places(), chunks=(8, 16), compression="gzip")
    blocks = Blocks(path, sections_of(path), memory, "")
    seen = []
    for tiles, where in blocks.epoch(TILE, "location", 1, 0, 140_000):
        expected = 10_000.0 * where.sections + 100.0 * where.rows + where.columns
        np.testing.assert_array_equal(tiles[:, 0, 0], expected)
        np.testing.assert_array_equal(tiles[:, -1, -1], expected + 101 * (TILE - 1))
        seen.append(tiles[:, 0, 0])
    found, counts = np.unique(np.concatenate(seen), return_counts=True)
    valid = sum(
        (height - TILE + 1) * (width - TILE + 1) for height, width in SHAPES.values()
    )
    assert len(found) == valid and counts.sum() == 140_000
    assert stats.chisquare(counts).pvalue > 1e-3


def test_blocks_keep_to_their_budget_and_read_each_part_once_an_epoch(tmp_path):
    path = write(tmp_path / "a.h5", pixels(), chunks=(8, 16), compression="gzip")
    blocks = Blocks(path, sections_of(path), 8000, "")
    cut = blocks._blocks(TILE)
    pools = blocks._pools(cut, range(len(cut)))
    assert sorted(number for pool in pools for number in pool) == list(range(len(cut)))
    assert len(pools) > 3
    assert all(
        sum(blocks._bytes(cut[number]) for number in pool) <= 8000 // 3
        for pool in pools
        if len(pool) > 1
    )


@pytest.mark.parametrize("options", [{}, GZIP], ids=["map", "blocks"])
@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_file_that_changes_while_it_is_read_is_told(tmp_path, options, change):
    path = write(tmp_path / "a.h5", pixels(), **options)
    found = reader(path, 100)
    where = whole(found.sections, TILE).at(numbers(0, 0, 0, 4))
    found.tiles(where, TILE)
    if change == "gone":
        path.unlink()
    else:
        with path.open("ab") as file:
            file.write(b"more")
    with pytest.raises(ValueError, match=f"a.h5 .*{change} while tiles were read"):
        found.tiles(where, TILE)


@pytest.mark.parametrize("options", [{}, GZIP], ids=["contiguous", "gzip"])
@pytest.mark.parametrize("part", ["train", "validation", "test", "section", "sample"])
def test_a_file_that_changed_since_its_images_were_found_is_told(
    tmp_path, options, part
):
    path = write(tmp_path / "a.h5", pixels(), **options)
    data = TileData("a", TileSource(path, tile_size=TILE, memory="10KB"), TILE)
    # The same images in places of their own: a map would show the wrong ones.
    write(path, dict(reversed(pixels(seed=1).items())), **options)
    with pytest.raises(ValueError, match="a.h5 was changed while tiles were read"):
        {
            "train": lambda: data.train,
            "validation": lambda: data.validation,
            "test": lambda: data.test,
            "section": lambda: data.source["A", 0, 0, 0, TILE],
            "sample": lambda: data.source.sample(data.source.test, 3, TILE),
        }[part]()


def test_an_unreadable_chunk_is_told_with_its_image(tmp_path):
    path = write(tmp_path / "a.h5", pixels(), chunks=(16, 16), compression="gzip")
    with h5py.File(path) as file:
        chunk = file["B/1"].id.get_chunk_info(3)
    with path.open("r+b") as file:
        file.seek(chunk.byte_offset)
        file.write(bytes(chunk.size))
    blocks = reader(path, 100)
    with pytest.raises(ValueError, match="B/1, rows .*damaged or cut off"):
        list(blocks.epoch(TILE, "location", 0, 0, 1000))
    with pytest.raises(ValueError, match="B/1, the tile at row .*damaged or cut off"):
        blocks.tiles(whole(blocks.sections, TILE).at(numbers(0, 0, 0, 500)), TILE)


def test_locations_of_a_whole_section_stay_inside_it(tmp_path):
    path = write(tmp_path / "a.h5", pixels())
    sections = sections_of(path)
    where = whole(sections, TILE, "image").at(np.array([0.0, np.nextafter(1.0, 0.0)]))
    assert isinstance(where, locations.Locations)
    last = sections[-1]
    assert [values.tolist() for values in where] == [
        [0, 4],
        [0, last.shape[0] - TILE],
        [0, last.shape[1] - TILE],
    ]
