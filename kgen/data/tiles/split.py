import atexit
import contextlib
import itertools
import threading
import time
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import tensorflow as tf

from kgen.data.split import Split, at
from kgen.data.streams import untuned
from kgen.data.tiles import augmentation, locations
from kgen.data.tiles.locations import Locations
from kgen.data.tiles.reader import Reader
from kgen.data.unpaired import UnpairedSplit
from kgen.fields import Image
from kgen.names import mapped
from kgen.types import Array, Names

# A call to Python takes as long as cutting some hundred tiles, so a call cuts a few batches, of at
# most this many bytes.
BATCHES_AT_ONCE, BYTES_AT_ONCE = 32, 2**24
SETTLING = 0.2  # seconds, a hundred times the duration of a batch


class TileSplit:
    """Endless tiles from random places; an epoch has as many as lie side by side in the sections.

    Args:
        reader: the reader of the sections, from ``TileSource.reader``.
        facts: dict of lists, what is known of each section, such as its group.
        field: ``kgen.fields.Image`` of a tile.
        sampling: ``"location"``: every place is equally likely, or ``"image"``: every section is.
        steps_per_epoch: int, batches per epoch; ``None`` for as many as lie side by side.
        augment: names of augmentations.
    """

    def __init__(
        self,
        reader: Reader,
        facts: Mapping[str, Names],
        field: Image,
        sampling: str = "location",
        steps_per_epoch: int | None = None,
        augment: Names = (),
    ):
        self.reader = reader
        self.fields = {"x": field}
        self.tile_size = field.shape[0]
        self.sampling, self.steps_per_epoch, self.augment = (
            sampling,
            steps_per_epoch,
            augment,
        )
        self.places = locations.whole(reader.sections, self.tile_size, sampling)
        self.facts = mapped(np.asarray, facts)
        self.failure = None

    def __len__(self) -> int:
        pixels = sum(np.prod(section.shape) for section in self.reader.sections)
        return max(1, pixels // self.tile_size**2)

    def steps(self, batch_size: int, steps_at_once: int = 1) -> int:
        """Batches per epoch, a multiple of ``steps_at_once``."""
        steps = self.steps_per_epoch or max(1, len(self) // batch_size)
        return max(1, steps // steps_at_once) * steps_at_once

    def batches(
        self,
        batch_size: int,
        seed: int = 0,
        first_epoch: int = 0,
        part: tuple[int, int] = (0, 1),
        steps_at_once: int = 1,
    ) -> tf.data.Dataset:
        """An endless ``tf.data`` stream of batches x, like that of ``kgen.data.Split``."""
        steps = self.steps(batch_size, steps_at_once)
        stored = self.stored(batch_size, seed, first_epoch, part, steps_at_once)

        def finished(step, tiles):
            return augmentation.augmented(
                tiles[..., None], self.fields["x"], self.augment, (seed, step), part
            )

        return (
            stored.enumerate(first_epoch * steps)
            .map(finished, num_parallel_calls=2)
            .prefetch(2)
        )

    def stored(
        self,
        batch_size: int,
        seed: int = 0,
        first_epoch: int = 0,
        part: tuple[int, int] = (0, 1),
        steps_at_once: int = 1,
    ) -> tf.data.Dataset:
        """The same tiles as they lie in the file, (n, tile_size, tile_size)."""
        self.failure = None
        cut = self._anywhere if self.reader.any_order else self._block_by_block
        steps = self.steps(batch_size, steps_at_once)
        return untuned(cut(seed, first_epoch, steps, batch_size, part))

    @property
    def labels(self) -> None:
        """None: tiles have no classes."""
        return None

    def parts(self, size: int) -> list[Split]:
        """The tiles in consecutive pieces of ``size``, the last one smaller."""
        parts = np.split(np.arange(len(self)), range(size, len(self), size))
        return list(map(self.subset, parts))

    def subset(self, indices: Array) -> Split:
        """The tiles with these indices, in the order of epoch 0 of seed 0, as a ``Split``."""
        indices = np.asarray(indices)
        where = self.places.at(locations.numbers(0, 0, 0, indices.max() + 1)[indices])
        tiles = self._native(self.reader.tiles(where, self.tile_size))[..., None]
        return Split({"x": tiles}, self.fields, at(self.facts, where.sections))

    # ---- pieces ----------------------------------------------------------------------------------

    def _anywhere(self, seed, first_epoch, steps, batch_size, part):
        number, count = part
        size = batch_size // count
        batch_bytes = size * self.tile_size**2 * self.reader.dtype.itemsize
        together = max(1, min(BATCHES_AT_ONCE, BYTES_AT_ONCE // batch_bytes))

        def drawn(step):
            epoch, index = divmod(step, steps)
            return locations.numbers(
                seed, epoch, index * batch_size + number * size, size
            )

        def cut(first):
            following = range(int(first), int(first) + together)
            where = self.places.at(np.concatenate(list(map(drawn, following))))
            with self._noting():
                _check_running()
                return self._native(self.reader.tiles(where, self.tile_size))

        def batch(first):
            tiles = tf.numpy_function(cut, [first], self._type)
            return tf.reshape(tiles, (together, size, self.tile_size, self.tile_size))

        return (
            tf.data.Dataset.counter(first_epoch * steps, together)
            .map(batch, num_parallel_calls=2)
            .unbatch()
        )

    def _block_by_block(self, seed, first_epoch, steps, batch_size, part):
        number, count = part
        size = batch_size // count
        here = slice(number * size, (number + 1) * size)

        def batches():
            for epoch in itertools.count(first_epoch):
                pieces = self.reader.epoch(
                    self.tile_size, self.sampling, seed, epoch, steps * batch_size
                )
                with self._noting():
                    for tiles, _ in regrouped(pieces, batch_size):
                        _check_running()
                        yield self._native(tiles[here])

        signature = tf.TensorSpec((size, self.tile_size, self.tile_size), self._type)
        return tf.data.Dataset.from_generator(batches, output_signature=signature)

    @property
    def _type(self):
        return tf.as_dtype(self.reader.dtype.newbyteorder("="))

    def _native(self, tiles):
        return tiles.astype(self.reader.dtype.newbyteorder("="), copy=False)

    @contextlib.contextmanager
    def _noting(self):
        # TensorFlow turns the error of a stream into a page of text: its reason is kept here.
        try:
            yield
        except Exception as error:
            self.failure = error
            raise


# A stream's call while Python ends would wait for Python, and the end of the stream for the call.
leaving = threading.Event()


@atexit.register
def _settle():
    leaving.set()
    time.sleep(SETTLING)


def _check_running():
    if leaving.is_set():
        raise RuntimeError("Python is ending.")


@contextlib.contextmanager
def reading(split: Split | UnpairedSplit | TileSplit) -> Iterator[None]:
    """Raises the reason why a file could not be read, in place of the error of the stream."""
    try:
        yield
    except Exception:
        failure = getattr(split, "failure", None)
        if failure is None:
            raise
        raise failure from None


def regrouped(
    pieces: Iterable[tuple[Array, Locations]], size: int
) -> Iterator[tuple[Array, Array]]:
    """Pairs of arrays of any lengths as pairs of length ``size``."""
    tiles, sections = [], []
    for piece, where in pieces:
        tiles.append(piece)
        sections.append(where.sections)
        while sum(map(len, sections)) >= size:
            together = np.concatenate(tiles), np.concatenate(sections)
            yield together[0][:size], together[1][:size]
            tiles, sections = [together[0][size:]], [together[1][size:]]
