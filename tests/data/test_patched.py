"""Random patches of volumes and slices, and of what lies beside them."""

import numpy as np
import pytest

from kgen import data
from kgen.checks import by
from kgen.data.patched import in_patches
from kgen.fields import Label, Mask, Volume
from tests.data.scans import people

COUNT = 20


def volumes():
    """Volumes whose points all differ, masks that follow from them, and classes."""
    side = np.arange(12)
    places = side[:, None, None] * 144 + side[:, None] * 12 + side
    x = (places + 1728 * np.arange(COUNT)[:, None, None, None])[..., None]
    x, y, c = x.astype("float32"), (x % 3).astype("int16"), np.arange(COUNT) % 2
    values = {"x": x, "y": y, "c": c}
    fields = {"x": Volume.of(x, "x"), "y": Mask.of(y, "y"), "c": Label.of(c, "c")}
    facts = {"subject": np.array([f"P{number}" for number in range(COUNT)])}
    return data.Data.from_arrays("volumes", values, fields, facts=facts)


def test_patches_of_a_pair_show_the_same_place_and_keep_their_facts():
    whole = volumes()
    found = in_patches(whole, (4, 5, 6), 7)
    for split, before in ((found.train, whole.train), (found.test, whole.test)):
        assert len(split) == 7 * len(before)
        x = split["x"]
        assert x.shape == (len(split), 4, 5, 6, 1)
        np.testing.assert_array_equal(split["y"], x % 3)
        persons = (x[:, 0, 0, 0, 0] // 1728).astype(int)
        np.testing.assert_array_equal(split["c"], persons % 2)
        assert (split.facts["subject"] == [f"P{number}" for number in persons]).all()
        np.testing.assert_array_equal(np.diff(x, axis=3), 1.0)
    assert "7 random patches of 4×5×6 points of every image" in found.notes


def test_patches_reach_every_corner_and_differ_between_splits():
    found = in_patches(volumes(), (6, 6, 6), 60)
    begins = found.train["x"][:, 0, 0, 0, 0] % 1728
    assert begins.min() == 0 and begins.max() == 6 * (144 + 12 + 1)
    count = 60 * 2
    others = found.test["x"][:count, 0, 0, 0, 0] % 1728
    assert (begins[:count] != others).mean() > 0.9


def test_fields_keep_the_statistics_of_whole_images():
    whole, found = volumes(), in_patches(volumes(), (4, 4, 4), 3)
    assert found.fields["x"].shape == (4, 4, 4, 1)
    for name in ("low", "high", "mean", "deviation"):
        assert getattr(found.fields["x"], name) == getattr(whole.fields["x"], name)


@pytest.mark.parametrize("patch", [(3, 4, 4), (13, 13, 13), (4, 4, 13)])
def test_patches_that_do_not_fit_are_refused(patch):
    told = rf"patch={by(patch)} is not between 4 and the sides of the images of volumes, 12×"
    with pytest.raises(ValueError, match=told):
        in_patches(volumes(), patch, 2)


def test_scans_are_cut_into_patches_by_option(tmp_path):
    path = people(tmp_path, COUNT)
    options = {"axis": "none", "pixel": 3, "size": 16, "patch": "8", "patches": 5}
    found = data.load(f"nifti:{path}", **options)
    assert found.image_shape == (8, 8, 8, 1)
    assert len(found.train) % 5 == 0 and found.spacing == (3.0, 3.0, 3.0)
    assert not set(found.train.facts["subject"]) & set(found.test.facts["subject"])
    with pytest.raises(ValueError, match="patch='many' is not a number of pixels"):
        data.load(f"nifti:{path}", **{**options, "patch": "many"})
