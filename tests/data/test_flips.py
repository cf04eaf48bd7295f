"""Training streams mirror a random half of the images left to right; nothing else is mirrored."""

import numpy as np
import pytest

from kgen import data
from tests.data.scans import people

COUNT = 64


@pytest.fixture
def stored(tmp_path):
    """Images that are dark on the left and bright on the right, labelled with their numbers."""
    ramp = np.arange(8, dtype="uint8")
    x = np.broadcast_to(10 * ramp[:, None] + ramp, (COUNT, 8, 8))[
        ..., None
    ] + np.arange(COUNT).reshape(-1, 1, 1, 1)
    np.savez(tmp_path / "ramps.npz", x=x.astype("uint8"), y=np.arange(COUNT) % 4)
    return f"npz:{tmp_path / 'ramps.npz'}"


def first_epoch(split, **options):
    """The images of one epoch of a stream, in the order of the split."""
    steps = split.steps(8)
    images = np.concatenate(
        [x for x, _ in split.batches(8, **options).take(steps).as_numpy_iterator()]
    )
    return images[images[:, 0].min(axis=(1, 2)).argsort(kind="stable")]


def test_about_half_are_turned_and_the_others_are_as_they_were(stored):
    split = data.load(stored, flip=True).train
    plain = data.load(stored).train
    whole = len(split) // 8 * 8
    shown = first_epoch(split)
    straight = shown[:, 0, 0, 0] < shown[:, 0, -1, 0]
    assert 0.25 < straight.mean() < 0.75
    shown[~straight] = shown[~straight][:, :, ::-1]
    seen = {image.tobytes() for image in shown}
    assert len(seen) == whole and seen <= {image.tobytes() for image in plain["x"]}


def test_the_same_seed_turns_the_same_images_and_another_epoch_others(stored):
    split = data.load(stored, flip=True).train
    np.testing.assert_array_equal(first_epoch(split), first_epoch(split))
    turned = [first_epoch(split, first_epoch=epoch)[:, 0, 0] > 10 for epoch in (0, 1)]
    assert (turned[0] != turned[1]).any()


def test_parts_of_a_batch_hold_what_one_process_sees(stored):
    split = data.load(stored, flip=True).train
    whole = next(split.batches(8).as_numpy_iterator())[0]
    halves = [
        next(split.batches(8, part=(number, 2)).as_numpy_iterator())[0]
        for number in (0, 1)
    ]
    np.testing.assert_array_equal(np.concatenate(halves), whole)


def test_validation_test_and_ordered_values_stay(stored):
    flipped, plain = data.load(stored, flip=True), data.load(stored)
    for name in ("validation", "test"):
        assert not getattr(flipped, name).flip
    ordered = np.concatenate(
        [x for x, _ in flipped.validation.ordered().as_numpy_iterator()]
    )
    np.testing.assert_array_equal(ordered, plain.validation["x"])


def test_values_without_a_left_are_refused(tmp_path):
    np.savez(tmp_path / "rows.npz", x=np.random.default_rng(0).normal(size=(40, 6)))
    with pytest.raises(ValueError, match="flip=true.*have no left"):
        data.load(f"npz:{tmp_path / 'rows.npz'}", flip=True)


def test_masks_beside_images_are_refused(tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (40, 8, 8, 1)).astype("uint8")
    np.savez(tmp_path / "masks.npz", x=images, y=(images > 100).astype("uint8")[..., 0])
    with pytest.raises(ValueError, match="flip=true.*has y beside x"):
        data.load(f"npz:{tmp_path / 'masks.npz'}", y="mask", flip=True)


def test_a_sagittal_slice_has_no_left(tmp_path):
    table = people(tmp_path)
    with pytest.raises(ValueError, match="sagittal slice has no left"):
        data.load(f"nifti:{table}", axis="x", flip=True)
