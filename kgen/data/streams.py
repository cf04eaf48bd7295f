"""Splits as ``tf.data`` streams; a separate module, since arrays need no TensorFlow."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from kgen.data.split import Split
from kgen.engine.values import USUAL
from kgen.names import mapped
from kgen.types import Array, Tensor, Tensors


def endless(
    split: Split,
    batch_size: int,
    steps: int,
    seed: int,
    first_epoch: int,
    part: tuple[int, int],
) -> tf.data.Dataset:
    """Full, shuffled batches in epochs of ``steps`` batches, from ``first_epoch`` on."""

    def epoch_batches(epoch):
        order = tf.data.Dataset.from_tensor_slices(shuffled(len(split), seed, epoch))
        return order.batch(batch_size, drop_remainder=True).take(steps)

    indices = tf.data.Dataset.counter(first_epoch).flat_map(epoch_batches)
    return gathered(split, indices, part, seed, first_epoch * steps)


def once(split: Split, batch_size: int, part: tuple[int, int]) -> tf.data.Dataset:
    """All values once, in order."""
    return gathered(split, tf.data.Dataset.range(len(split)).batch(batch_size), part)


def gathered(
    split: Split,
    indices: tf.data.Dataset,
    part: tuple[int, int],
    seed: int = 0,
    first_step: int = 0,
) -> tf.data.Dataset:
    """The values at batches of indices; pixels that a split binarises are drawn by (seed, step)."""
    taken = mapped(_taker, split.values)
    number, count = part

    def pick(step, batch):
        size = (batch.shape[0] or tf.shape(batch)[0]) // count
        here = slice(number * size, (number + 1) * size)
        picked = {name: take(batch[here]) for name, take in taken.items()}
        if split.grey is not None:
            # Drawn for the whole batch, so that its parts hold what they would in one process.
            shape = (tf.shape(batch)[0], *split["x"].shape[1:])
            chances = tf.random.stateless_uniform(shape, (seed, step))[here]
            picked["x"] = tf.cast(chances < split.grey.comparable(picked["x"]), "uint8")
        if split.flip:
            # Other random numbers than those of the pixels.
            coins = tf.random.stateless_uniform(
                (tf.shape(batch)[0],), (seed, -1 - step)
            )[here]
            picked["x"] = flipped(picked["x"], coins < 0.5)
        return as_given(picked)

    steps = indices.enumerate(first_step)
    return untuned(steps.map(pick, num_parallel_calls=1).prefetch(2))


def untuned(stream: tf.data.Dataset) -> tf.data.Dataset:
    """A stream whose degrees of parallelism stay as they are given."""
    # The thread that would tune them can delay the end of ``fit`` by ten seconds and more: it
    # sleeps between two attempts, and a stream is not deleted before it wakes.
    options = tf.data.Options()
    options.autotune.enabled = False
    return stream.with_options(options)


def flipped(images: Tensor, chosen: Tensor) -> Tensor:
    """Images or volumes; the chosen ones are mirrored left to right."""
    where = tf.reshape(chosen, (-1, *[1] * (len(images.shape) - 1)))
    return tf.where(where, tf.reverse(images, [len(images.shape) - 2]), images)


def _taker(values):
    """A function that takes values by index; of a memory-mapped array, it reads only these."""
    if not is_mapped(values):
        held = tf.constant(values)
        return lambda indices: tf.gather(held, indices)

    def read(indices):
        found = tf.numpy_function(lambda at: values[at], [indices], values.dtype)
        return tf.ensure_shape(found, (*indices.shape, *values.shape[1:]))

    return read


def is_mapped(values: Array) -> bool:
    """Whether an array, or the one that it is a view of, lies in a file."""
    found: Array | None = values
    while isinstance(found, np.ndarray) and not isinstance(found, np.memmap):
        found = found.base
    return isinstance(found, np.memmap)


def side_by_side(streams: Mapping[str, tf.data.Dataset]) -> tf.data.Dataset:
    """Streams of one field each as one stream of dicts from name to field."""
    together = {name: alone(stream, name) for name, stream in streams.items()}
    return untuned(tf.data.Dataset.zip(together))


def alone(stream: tf.data.Dataset, name: str) -> tf.data.Dataset:
    """The tensors of a field, out of a stream of that field alone."""
    return stream.map(lambda batch: batch[name] if isinstance(batch, dict) else batch)


def as_given(values: Tensors) -> Tensor | tuple[Tensor, ...] | Tensors:
    """Values by name as ``fit`` takes them: x, (x, y), or a dict if there are others."""
    names = tuple(values)
    if names == USUAL[: len(names)]:
        return values["x"] if len(names) == 1 else tuple(values.values())
    return values


def shuffled(count: int, seed: int, epoch: Tensor) -> Tensor:
    """The indices below ``count`` in the order of an epoch."""
    key = tf.stack([tf.constant(seed, "int64"), epoch])
    return tf.random.experimental.index_shuffle(
        tf.range(count, dtype="int64"), key, count - 1
    )
