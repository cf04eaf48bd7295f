import atexit
import contextlib
import itertools
import threading
import time

import numpy as np
import tensorflow as tf

from kgen.data.image_data import Split, scale
from kgen.data.tiles import augmentation, locations

# A call to Python takes as long as cutting some hundred tiles: it cuts a few batches, of this many bytes at most.
BATCHES_AT_ONCE, BYTES_AT_ONCE = 32, 2**24
SETTLING = 0.2  # seconds, a hundred times what a batch takes


class TileSplit:
    """Endless tiles from random places of some sections; an epoch is as many as lie side by side in them.

    Args:
        reader: how tiles of the sections are read, of ``TileSource.reader``.
        labels: int32 array, the group of each section.
        tile_size: int, pixels.
        source: ``TileSource``, which knows how pixels are standardised.
        sampling: ``"location"``: every place is equally likely, or ``"image"``: every section is.
        steps_per_epoch: int, batches an epoch, instead.
        augment: names of augmentations.
    """

    def __init__(
        self, reader, labels, tile_size, source, sampling="location", steps_per_epoch=None, augment=()
    ):  # fmt: skip
        self.reader, self.tile_size, self.source = reader, tile_size, source
        self.sampling, self.steps_per_epoch, self.augment = sampling, steps_per_epoch, augment
        self.fields = locations.whole(reader.sections, tile_size, sampling)
        self._labels, self.failure = np.asarray(labels, "int32"), None

    def __len__(self):
        return max(1, sum(np.prod(section.shape) for section in self.reader.sections) // self.tile_size**2)

    def steps(self, batch_size, steps_at_once=1):
        """Batches an epoch, in whole rounds of ``steps_at_once``."""
        steps = self.steps_per_epoch or max(1, len(self) // batch_size)
        return max(1, steps // steps_at_once) * steps_at_once

    def batches(self, batch_size, pixel_range, seed=0, first_epoch=0, part=(0, 1), steps_at_once=1):
        """An endless ``tf.data`` stream of batches (x, y), as that of ``kgen.data.Split``; y is the group."""
        steps = self.steps(batch_size, steps_at_once)
        stored = self.stored(batch_size, seed, first_epoch, part, steps_at_once)

        def finished(step, batch):
            tiles = augmentation.augmented(self._standardised(batch[0]), self.augment, (seed, step), part)
            return self._within(tiles, pixel_range), batch[1]

        return stored.enumerate(first_epoch * steps).map(finished, num_parallel_calls=2).prefetch(2)

    def stored(self, batch_size, seed=0, first_epoch=0, part=(0, 1), steps_at_once=1):
        """The same tiles as they lie in the file, (n, tile_size, tile_size), with their groups."""
        self.failure = None
        cut = self._anywhere if self.reader.any_order else self._block_by_block
        return cut(seed, first_epoch, self.steps(batch_size, steps_at_once), batch_size, part)

    def subset(self, indices):
        """The tiles with these indices, in the order of epoch 0 of seed 0, as a ``Split``."""
        indices = np.asarray(indices)
        where = self.fields.at(locations.numbers(0, 0, 0, indices.max() + 1)[indices])
        low, high = self.source.value_range
        tiles = np.clip(self._native(self.reader.tiles(where, self.tile_size)), low, high)[..., None]
        # Bytes stay as small as they are stored.
        tiles = tiles if low == 0 else (tiles.astype("float64") - low).astype("float32")
        return Split(tiles, self._labels[where.sections], high - low)

    # ---- pieces -----------------------------------------------------------------------------------------------------

    def _standardised(self, tiles):
        # Differences between large numbers are taken before their digits are cut.
        tiles = tf.cast(tiles, "float32" if self.reader.dtype.itemsize <= 2 else "float64")
        return tf.cast((tiles - self.source.mean) / self.source.standard_deviation, "float32")[..., None]

    def _within(self, tiles, pixel_range):
        # The model's own range may be another, such as that of black to white.
        low, high = self.source.pixel_range
        return tf.clip_by_value(scale(tiles - low, high - low, pixel_range), *pixel_range)

    def _anywhere(self, seed, first_epoch, steps, batch_size, part):
        number, count = part
        size = batch_size // count
        batch_bytes = size * self.tile_size**2 * self.reader.dtype.itemsize
        together = max(1, min(BATCHES_AT_ONCE, BYTES_AT_ONCE // batch_bytes))

        def drawn(step):
            epoch, index = divmod(step, steps)
            return locations.numbers(seed, epoch, index * batch_size + number * size, size)

        def cut(first):
            where = self.fields.at(np.concatenate([drawn(int(first) + step) for step in range(together)]))
            with self._noting():
                _check_running()
                return self._native(self.reader.tiles(where, self.tile_size)), self._labels[where.sections]

        def batch(first):
            tiles, sections = tf.numpy_function(cut, [first], self._types)
            of_tiles, of_labels = self._shapes(size)
            return tf.reshape(tiles, (together, *of_tiles)), tf.reshape(sections, (together, *of_labels))

        return tf.data.Dataset.counter(first_epoch * steps, together).map(batch, num_parallel_calls=2).unbatch()

    def _block_by_block(self, seed, first_epoch, steps, batch_size, part):
        number, count = part
        size = batch_size // count
        here = slice(number * size, (number + 1) * size)

        def batches():
            for epoch in itertools.count(first_epoch):
                pieces = self.reader.epoch(self.tile_size, self.sampling, seed, epoch, steps * batch_size)
                with self._noting():
                    for tiles, sections in regrouped(pieces, batch_size):
                        _check_running()
                        yield self._native(tiles[here]), self._labels[sections[here]]

        signature = tuple(map(tf.TensorSpec, self._shapes(size), self._types))
        return tf.data.Dataset.from_generator(batches, output_signature=signature)

    @property
    def _types(self):
        return tf.as_dtype(self.reader.dtype.newbyteorder("=")), tf.int32

    def _shapes(self, size):
        return (size, self.tile_size, self.tile_size), (size,)

    def _native(self, tiles):
        return tiles.astype(self.reader.dtype.newbyteorder("="), copy=False)

    @contextlib.contextmanager
    def _noting(self):
        # What went wrong inside a stream comes out of fit as a page of TensorFlow's: its reason is kept here.
        try:
            yield
        except Exception as error:
            self.failure = error
            raise


# A call from a stream that is still under way while Python ends would wait for Python, and the stream's end for it.
leaving = threading.Event()


@atexit.register
def _settle():
    leaving.set()
    time.sleep(SETTLING)


def _check_running():
    if leaving.is_set():
        raise RuntimeError("Python is ending.")


@contextlib.contextmanager
def reading(split):
    """Raises, in place of what a stream of the split made of it, the reason why a file could not be read."""
    try:
        yield
    except Exception:
        if getattr(split, "failure", None) is None:
            raise
        raise split.failure from None


def regrouped(pieces, size):
    """Pairs of arrays of any lengths as pairs of ``size`` each."""
    tiles, sections = [], []
    for piece, where in pieces:
        tiles.append(piece)
        sections.append(where.sections)
        while sum(map(len, sections)) >= size:
            together = np.concatenate(tiles), np.concatenate(sections)
            yield together[0][:size], together[1][:size]
            tiles, sections = [together[0][size:]], [together[1][size:]]
