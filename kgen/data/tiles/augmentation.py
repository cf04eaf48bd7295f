"""Tiles turned, mirrored, made brighter and of more contrast at random: what the tissue would look like as well."""

from functools import partial

import tensorflow as tf

BRIGHTNESS, CONTRAST = 0.2, 0.2  # in standard deviations, and as a share


def augmented(tiles, kinds, seed, part=(0, 1)):
    """The tiles (n, size, size, 1), each changed in its own way, which follows from ``seed``, two whole numbers.

    Of ``part=(i, n)``, the tiles are the i-th of n parts of a batch, and change as they would in the whole of it.
    """
    for number, kind in enumerate(AUGMENTATIONS):
        if kind in kinds:
            tiles = AUGMENTATIONS[kind](tiles, partial(_drawn, tf.shape(tiles)[0], part, seed, number))
    return tiles


def check(kinds):
    """Raises for an augmentation of which there is none."""
    for kind in kinds:
        if kind not in AUGMENTATIONS:
            raise ValueError(f"augment={kind!r} is not known. Choose of {', '.join(AUGMENTATIONS)}.")


def _flipped(tiles, draw):
    return tf.where(draw() < 0.5, tf.reverse(tiles, [2]), tiles)


def _turned(tiles, draw):
    turns = tf.floor(4.0 * draw())
    tiles = tf.where(turns >= 2.0, tf.reverse(tiles, [1, 2]), tiles)
    return tf.where(turns % 2.0 == 1.0, tf.reverse(tf.transpose(tiles, [0, 2, 1, 3]), [1]), tiles)


def _brightened(tiles, draw):
    return tiles + BRIGHTNESS * (2.0 * draw() - 1.0)


def _contrasted(tiles, draw):
    return tiles * (1.0 + CONTRAST * (2.0 * draw() - 1.0))


def _drawn(count, part, seed, number):
    # Numbers in [0, 1), one a tile of the whole batch.
    seed = tf.random.experimental.stateless_fold_in(seed, number)
    drawn = tf.random.stateless_uniform((count * part[1], 1, 1, 1), seed)
    return drawn[part[0] * count :][:count]


AUGMENTATIONS = {"flip": _flipped, "turn": _turned, "brightness": _brightened, "contrast": _contrasted}
