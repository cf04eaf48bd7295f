import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import h5py
import numpy as np

from kgen.data.tiles import pixels
from kgen.data.tiles.layout import Section
from kgen.data.tiles.locations import Fields, Locations
from kgen.data.tiles.opening import explained, opened
from kgen.data.tiles.raster import Raster
from kgen.data.tiles.reader import Reader
from kgen.data.tiles.statistics import strips
from kgen.types import Array, Location

BLOCKS_AT_ONCE, AT_ONCE, CACHE = 8, 2**22, 2**25  # blocks, bytes, bytes


class Block(NamedTuple):
    """Rows of a section; tiles begin in the first ``places`` of them, the rest completes tiles."""

    section: int
    rows: slice
    places: int


class Blocks(Reader):
    """Tiles from chunks that may be compressed; blocks are read in random order, once per epoch.

    As many blocks as fit into a third of the budget are in memory while the next ones are read.
    How many tiles begin in each block, and where, is drawn as if the whole file were in memory.
    Only the order of an epoch's tiles is not that of a full shuffle: neighbours in time come from
    the same dozen blocks.

    Args:
        memory: int, bytes.
    """

    summary = "block after block"
    any_order = False

    def __init__(
        self, path: Location, sections: Sequence[Section], memory: int, reason: str
    ):
        super().__init__(path, sections, reason)
        # the rest is for the pool that is read ahead, and its unpacking
        self._pool = memory // 3

    def tiles(self, locations: Locations, tile_size: int) -> Array:
        """The tiles (n, tile_size, tile_size) at these locations, each read on its own."""
        self.check_unchanged()
        tiles = np.empty((len(locations), tile_size, tile_size), self.dtype)
        # Each chunk is unpacked once: its tiles follow each other while the open data set keeps it.
        with h5py.File(
            self.path, "r", rdcc_nbytes=self._cache(), rdcc_nslots=100_003
        ) as file:
            for section in np.unique(locations.sections):
                dataset = file[self.sections[section].path]
                here = np.flatnonzero(locations.sections == section)
                for number in here[
                    np.lexsort((locations.columns[here], locations.rows[here]))
                ]:
                    tiles[number] = self._tile(
                        dataset,
                        locations.rows[number],
                        locations.columns[number],
                        tile_size,
                    )
        return tiles

    def epoch(
        self, tile_size: int, sampling: str, seed: int, epoch: int, count: int
    ) -> Iterator[tuple[Array, Locations]]:
        """The ``count`` tiles of an epoch with their locations, some thousands at a time."""
        random = np.random.default_rng([seed, epoch])
        blocks = self._blocks(tile_size)
        fields = self._fields(blocks, tile_size, sampling)
        counts = random.multinomial(count, fields.weights)
        pools = self._pools(blocks, random.permutation(np.flatnonzero(counts)))
        for pool, raster in self._read_ahead(blocks, pools):
            drawn = random.permutation(np.repeat(np.arange(len(pool)), counts[pool]))
            where = fields.within(pool[drawn], random.random(len(drawn)))
            here = Locations(
                drawn, where.rows - fields.origins[pool[drawn], 0], where.columns
            )
            at_once = max(1, AT_ONCE // (tile_size**2 * self.dtype.itemsize))
            for start in range(0, len(drawn), at_once):
                part = slice(start, start + at_once)
                yield raster.tiles(here[part], tile_size), where[part]

    def _tile(self, dataset, row, column, tile_size):
        with explained(
            f"{self.path}: {dataset.name[1:]}, the tile at row {row}, column {column},"
        ):
            rows = slice(row, row + tile_size)
            columns = slice(column, column + tile_size)
            return pixels.read(dataset, self.dtype, rows, columns)

    def _cache(self):
        # HDF5 keeps no chunk that is larger than its cache.
        chunks = filter(None, [section.chunks for section in self.sections])
        largest = max(map(math.prod, chunks), default=0)
        return max(CACHE, 2 * largest * self.dtype.itemsize)

    def _blocks(self, tile_size):
        blocks = []
        for number, section in enumerate(self.sections):
            last = section.corners(tile_size)[0]
            for rows in strips(section, self._pool // BLOCKS_AT_ONCE):
                places = min(rows.stop, last) - rows.start
                end = min(rows.stop + tile_size - 1, section.shape[0])
                if places > 0:
                    blocks.append(Block(number, slice(rows.start, end), places))
        return blocks

    def _fields(self, blocks, tile_size, sampling):
        sections, origins, sizes = [], [], []
        for block in blocks:
            _, columns = self.sections[block.section].corners(tile_size)
            sections.append(block.section)
            origins.append((block.rows.start, 0))
            sizes.append((block.places, columns))
        return Fields(sections, origins, sizes, sampling)

    def _pools(self, blocks, order):
        """The blocks in this order, in groups that fit a third of the budget or hold one block."""
        pools, room = [[]], self._pool
        for number in order:
            room -= self._bytes(blocks[number])
            if room < 0 and pools[-1]:
                pools.append([])
                room = self._pool - self._bytes(blocks[number])
            pools[-1].append(number)
        return list(map(np.array, pools))

    def _read_ahead(self, blocks, pools):
        with ThreadPoolExecutor(1) as ahead:
            following = ahead.submit(self._read, blocks, pools[0])
            for pool, after in zip(pools, [*pools[1:], None], strict=True):
                raster = following.result()
                following = after is not None and ahead.submit(
                    self._read, blocks, after
                )
                yield pool, raster

    def _read(self, blocks, pool):
        self.check_unchanged()
        pool = [blocks[number] for number in pool]
        widths = [self.sections[block.section].shape[1] for block in pool]
        raster = Raster.empty(list(map(self._bytes, pool)), widths, self.dtype)
        with opened(self.path) as file:
            for number, block in enumerate(pool):
                raster.fill(
                    number, self.pixels(file, self.sections[block.section], block.rows)
                )
        return raster

    def _bytes(self, block):
        section = self.sections[block.section]
        return (
            (block.rows.stop - block.rows.start)
            * section.shape[1]
            * section.dtype.itemsize
        )
