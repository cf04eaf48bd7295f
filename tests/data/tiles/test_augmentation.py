import numpy as np
import pytest
import tensorflow as tf

from kgen.data.tiles.augmentation import BRIGHTNESS, CONTRAST, augmented
from kgen.fields import Image

TILE = np.arange(16.0, dtype="float32").reshape(4, 4, 1)
FIELD = Image((4, 4, 1), 0, 16, mean=0.0, deviation=1.0)
TILES = tf.constant(np.repeat(TILE[None], 800, axis=0))
SYMMETRIES = [
    np.rot90(TILE, turns)[:, ::flip] for turns in range(4) for flip in (1, -1)
]


def shares(found, allowed):
    counts = [
        int((found == symmetry).all(axis=(1, 2, 3)).sum()) for symmetry in allowed
    ]
    assert sum(counts) == len(found)
    return np.array(counts) / len(found)


def test_flips_and_quarter_turns_give_the_eight_symmetries_of_a_square_equally_often():
    found = augmented(TILES, FIELD, ["flip", "turn"], (0, 1)).numpy()
    np.testing.assert_allclose(shares(found, SYMMETRIES), 1 / 8, atol=0.05)
    np.testing.assert_allclose(
        shares(augmented(TILES, FIELD, ["turn"], (0, 1)).numpy(), SYMMETRIES[::2]),
        1 / 4,
        atol=0.06,
    )
    np.testing.assert_allclose(
        shares(augmented(TILES, FIELD, ["flip"], (0, 1)).numpy(), SYMMETRIES[:2]),
        1 / 2,
        atol=0.06,
    )


def test_brightness_adds_and_contrast_multiplies_within_their_bounds():
    added = (augmented(TILES, FIELD, ["brightness"], (0, 1)) - TILES).numpy()
    assert np.ptp(added, axis=(1, 2, 3)).max() < 1e-5
    assert (
        -BRIGHTNESS <= added.min() < -0.9 * BRIGHTNESS
        and 0.9 * BRIGHTNESS < added.max() <= BRIGHTNESS + 1e-6
    )
    factors = (
        augmented(TILES, FIELD, ["contrast"], (0, 1)).numpy()[:, 0, 1:] / TILE[0, 1:]
    )
    assert (
        1.0 - CONTRAST <= factors.min() < 1.0 - 0.9 * CONTRAST
        and factors.max() <= 1.0 + CONTRAST + 1e-6
    )


def test_what_happens_to_a_tile_follows_from_the_seed():
    kinds = ["flip", "turn", "brightness", "contrast"]
    first = augmented(TILES, FIELD, kinds, (3, 7))
    np.testing.assert_array_equal(first, augmented(TILES, FIELD, kinds, (3, 7)))
    for seed in ((3, 8), (4, 7)):
        assert (augmented(TILES, FIELD, kinds, seed).numpy() != first.numpy()).any(
            axis=(1, 2, 3)
        ).mean() > 0.9


@pytest.mark.parametrize("kinds", [["flip", "contrast"], ["turn"]])
def test_a_part_changes_as_it_would_in_the_whole_batch(kinds):
    whole = augmented(TILES, FIELD, kinds, (3, 7)).numpy()
    halves = [
        augmented(TILES[:400], FIELD, kinds, (3, 7), (number, 2)).numpy()
        for number in range(2)
    ]
    np.testing.assert_array_equal(np.concatenate(halves), whole)
