import numpy as np
import pytest
from keras import ops

from kgen.layers import ClassCentering, LabelCode, RandomShift


def dots(count=200, side=9):
    images = np.zeros((count, side, side, 1), "float32")
    images[:, side // 2, side // 2] = 1
    return images


def test_every_shift_within_reach_and_none_beyond():
    moved = ops.convert_to_numpy(RandomShift(2 / 9, seed=0)(dots(2000), training=True))
    places = np.argwhere(moved[..., 0])[:, 1:] - 4
    assert {tuple(place) for place in places} == {(r, c) for r in range(-2, 3) for c in range(-2, 3)}
    assert len(places) == 2000


def test_whole_pixels_move_and_zeros_come_in():
    image = np.arange(1, 26, dtype="float32").reshape(1, 5, 5, 1)
    moved = ops.convert_to_numpy(RandomShift(0.2, seed=1)(np.repeat(image, 50, 0), training=True))[..., 0]
    padded = np.pad(image[0, ..., 0], 1)
    possible = [padded[r : r + 5, c : c + 5] for r in range(3) for c in range(3)]
    assert all(any(np.array_equal(one, want) for want in possible) for one in moved)


def test_nothing_moves_outside_training():
    np.testing.assert_array_equal(RandomShift(0.5)(dots()), dots())


def test_shift_out_of_range():
    with pytest.raises(ValueError, match=r"shift=0.7 is not in \[0, 0.5\]"):
        RandomShift(0.7)


def test_label_code_is_one_hot():
    np.testing.assert_array_equal(LabelCode(3)(np.array([2, 0])), [[0, 0, 1], [1, 0, 0]])


def test_class_centering_removes_the_mean_of_every_class():
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 600)
    codes = (random.standard_normal((600, 4)) + 5.0 * labels[:, None]).astype("float32")
    layer, one_hot = ClassCentering(3, momentum=0.5), np.eye(3, dtype="float32")[labels]
    for _ in range(40):
        layer([codes, one_hot], training=True)
    centred = ops.convert_to_numpy(layer([codes, one_hot]))
    for label in range(3):
        np.testing.assert_allclose(centred[labels == label].mean(axis=0), 0.0, atol=1e-4)
        np.testing.assert_allclose(centred[labels == label].std(0), codes[labels == label].std(0), rtol=1e-4)


def test_class_centering_keeps_the_mean_of_an_absent_class_and_learns_only_in_training():
    layer = ClassCentering(2, momentum=0.0)
    layer([np.full((3, 1), 4.0, "float32"), np.eye(2, dtype="float32")[[1, 1, 1]]], training=True)
    np.testing.assert_array_equal(layer.means, [[0.0], [4.0]])
    layer([np.full((3, 1), 9.0, "float32"), np.eye(2, dtype="float32")[[0, 0, 1]]])
    np.testing.assert_array_equal(layer.means, [[0.0], [4.0]])
