"""Random changes of tiles that tissue might show too: turned, mirrored, brighter, more contrast."""

from collections.abc import Collection, Iterable
from functools import partial

import tensorflow as tf

from kgen.fields import Image
from kgen.types import Tensor

EXACT = 2  # bytes of a whole number that float32 holds without rounding
BRIGHTNESS, CONTRAST = 0.2, 0.2  # in standard deviations, and as a share


def augmented(
    tiles: Tensor,
    field: Image,
    kinds: Collection[str],
    seed: tuple[Tensor, Tensor],
    part: tuple[int, int] = (0, 1),
) -> Tensor:
    """Stored tiles (n, size, size, 1), each changed in its own way by ``seed``, two whole numbers.

    With ``part=(i, n)``, the tiles are the i-th of n parts of a batch, and change as they would in
    the whole batch.
    """
    for number, kind in enumerate(AUGMENTATIONS):
        if kind in kinds:
            draw = partial(_drawn, tf.shape(tiles)[0], part, seed, number)
            tiles = AUGMENTATIONS[kind](tiles, draw, field)
    return tiles


def check(kinds: Iterable[str]) -> None:
    """Raises for an unknown augmentation."""
    for kind in kinds:
        if kind not in AUGMENTATIONS:
            raise ValueError(
                f"augment={kind!r} is not known. Choose of {', '.join(AUGMENTATIONS)}."
            )


def _flipped(tiles, draw, _):
    return tf.where(draw() < 0.5, tf.reverse(tiles, [2]), tiles)


def _turned(tiles, draw, _):
    turns = tf.floor(4.0 * draw())
    tiles = tf.where(turns >= 2.0, tf.reverse(tiles, [1, 2]), tiles)
    return tf.where(
        turns % 2.0 == 1.0, tf.reverse(tf.transpose(tiles, [0, 2, 1, 3]), [1]), tiles
    )


def _brightened(tiles, draw, field):
    tiles = _as_numbers(tiles)
    more = BRIGHTNESS * (2.0 * draw() - 1.0)
    return tiles + tf.cast(more, tiles.dtype) * field.deviation


def _contrasted(tiles, draw, field):
    tiles = _as_numbers(tiles)
    factor = 1.0 + CONTRAST * (2.0 * draw() - 1.0)
    return field.mean + (tiles - field.mean) * tf.cast(factor, tiles.dtype)


def _as_numbers(tiles):
    """Pixels as floats with as many digits as they need."""
    exact = tiles.dtype.size <= EXACT or tiles.dtype == tf.float32
    return tf.cast(tiles, "float32" if exact else "float64")


def _drawn(count, part, seed, number):
    # Numbers in [0, 1), one per tile of the whole batch.
    seed = tf.random.experimental.stateless_fold_in(seed, number)
    drawn = tf.random.stateless_uniform((count * part[1], 1, 1, 1), seed)
    return drawn[part[0] * count :][:count]


AUGMENTATIONS = {
    "flip": _flipped,
    "turn": _turned,
    "brightness": _brightened,
    "contrast": _contrasted,
}
