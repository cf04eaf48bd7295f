"""How often a discriminator sees changed values, and what moves that share."""

import numpy as np
import pytest
from keras import ops

from kgen.layers import AdaptiveAugmentation, RandomIntensity, RandomShift

GREY = np.full((2000, 2, 2, 1), 0.5, "float32")


def augmentation(share, *layers, **options):
    layer = AdaptiveAugmentation(
        list(layers) or [RandomIntensity(offset=0.1)], **options
    )
    layer.share.assign(share)
    return layer


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_a_share_of_the_values_changes(share):
    seen = ops.convert_to_numpy(augmentation(share)(GREY, training=True))
    changed = (seen != GREY).all(axis=(1, 2, 3))
    assert changed.mean() == pytest.approx(share, abs=0.03)


def test_nothing_changes_outside_training():
    np.testing.assert_array_equal(augmentation(1.0)(GREY), GREY)


def test_the_edge_value_comes_in_where_values_move():
    layer = augmentation(1.0, RandomShift(0.5), edge=-1.0)
    seen = ops.convert_to_numpy(layer(GREY, training=True))
    assert set(np.unique(seen)) == {-1.0, 0.5}


def test_the_share_rises_while_real_values_are_known_by_heart_and_falls_again():
    layer = augmentation(0.0, target=0.6, values=100)
    known = np.ones((10, 1), "float32")
    doubtful = known * np.array([[1.0], [-1.0]] * 5, "float32")
    for expected in (0.1, 0.2):
        layer.adapt(known)
        assert float(layer.share) == pytest.approx(expected)
    for expected in (0.1, 0.0, 0.0):  # and not below 0
        layer.adapt(doubtful)
        assert float(layer.share) == pytest.approx(expected, abs=1e-6)


def test_a_target_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"target=1.5 is not a number in \[0.0, 1.0\]"):
        augmentation(0.0, target=1.5)
