from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import h5py
import numpy as np

from kgen.data.tiles.in_memory import copy
from kgen.data.tiles.layout import explained
from kgen.data.tiles.locations import Fields, Locations
from kgen.data.tiles.raster import Raster
from kgen.data.tiles.reader import Reader
from kgen.data.tiles.statistics import strips

BLOCKS_AT_ONCE, AT_ONCE = 8, 1024


class Block(NamedTuple):
    """Consecutive rows of a section: in the first ``places`` of them tiles begin, the others complete these."""

    section: int
    rows: slice
    places: int


class Blocks(Reader):
    """Tiles out of chunks that may be compressed: blocks are read in random order, each once an epoch.

    As many blocks as fit half the budget lie in memory while the next ones are read. How many tiles begin in each
    block, and where, is drawn as if the whole file were in memory: only the order of an epoch's tiles is not that of
    any shuffle, as neighbours in time come from the same dozen of blocks.

    Args:
        memory: int, bytes.
    """

    summary = "block after block"
    any_order = False

    def __init__(self, path, sections, memory, reason):
        super().__init__(path, sections, reason)
        self._pool = memory // 2
        # Room for the chunks under the tiles of one row.
        self._file = h5py.File(path, "r", rdcc_nbytes=min(self._pool // 2, 2**28), rdcc_nslots=100_003)

    def tiles(self, locations, tile_size):
        """The tiles (n, tile_size, tile_size) at these locations, each read on its own."""
        tiles = np.empty((len(locations), tile_size, tile_size), self.dtype)
        # Neighbours share chunks.
        for number in np.lexsort((locations.columns, locations.rows, locations.sections)):
            tiles[number] = self._tile(tile_size, *(int(value[number]) for value in locations))
        return tiles

    def epoch(self, tile_size, sampling, seed, epoch, count):
        """An epoch's ``count`` tiles with their locations, some thousands at a time."""
        random = np.random.default_rng([seed, epoch])
        blocks = self._blocks(tile_size)
        fields = self._fields(blocks, tile_size, sampling)
        counts = random.multinomial(count, fields.weights)
        pools = self._pools(blocks, random.permutation(np.flatnonzero(counts)))
        for pool, raster in self._read_ahead(blocks, pools):
            drawn = random.permutation(np.repeat(np.arange(len(pool)), counts[pool]))
            where = fields.within(pool[drawn], random.random(len(drawn)))
            here = Locations(drawn, where.rows - fields.origins[pool[drawn], 0], where.columns)
            for start in range(0, len(drawn), AT_ONCE):
                part = slice(start, start + AT_ONCE)
                yield raster.tiles(here[part], tile_size), where[part]

    def _tile(self, tile_size, section, row, column):
        section = self.sections[section]
        self.check_unchanged()
        with explained(f"{self.path}: {section.path}, the tile at row {row}, column {column},"):
            tile = self._file[section.path][row : row + tile_size, column : column + tile_size]
        return tile.reshape(tile_size, tile_size)

    def _blocks(self, tile_size):
        return [
            Block(number, slice(rows.start, min(rows.stop + tile_size - 1, section.shape[0])), places)
            for number, section in enumerate(self.sections)
            for rows in strips(section, self._pool // BLOCKS_AT_ONCE)
            if (places := min(rows.stop, section.corners(tile_size)[0]) - rows.start) > 0
        ]

    def _fields(self, blocks, tile_size, sampling):
        sizes = [(block.places, self.sections[block.section].corners(tile_size)[1]) for block in blocks]
        origins = [(block.rows.start, 0) for block in blocks]
        return Fields([block.section for block in blocks], origins, sizes, sampling)

    def _pools(self, blocks, order):
        """The order of the blocks cut into as many at a time as half the budget holds, at least one."""
        pools, room = [[]], self._pool
        for number in order:
            room -= self._bytes(blocks[number])
            if room < 0 and pools[-1]:
                pools.append([])
                room = self._pool - self._bytes(blocks[number])
            pools[-1].append(number)
        return [np.array(pool) for pool in pools]

    def _read_ahead(self, blocks, pools):
        with ThreadPoolExecutor(1) as ahead:
            following = ahead.submit(self._read, blocks, pools[0])
            for pool, after in zip(pools, [*pools[1:], None], strict=True):
                raster = following.result()
                following = after is not None and ahead.submit(self._read, blocks, after)
                yield pool, raster

    def _read(self, blocks, pool):
        self.check_unchanged()
        pool = [blocks[number] for number in pool]
        ends = np.cumsum([self._bytes(block) for block in pool])
        buffer, offsets = np.empty(ends[-1], "uint8"), [0, *ends[:-1].tolist()]
        for block, offset in zip(pool, offsets, strict=True):
            copy(self._file, self.sections[block.section], buffer[offset:], block.rows)
        return Raster(buffer, offsets, [self.sections[block.section].shape[1] for block in pool], self.dtype)

    def _bytes(self, block):
        section = self.sections[block.section]
        return (block.rows.stop - block.rows.start) * section.shape[1] * section.dtype.itemsize
