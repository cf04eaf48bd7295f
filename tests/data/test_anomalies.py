"""Which values are anomalies: left-out classes, marked values, phantoms with tumours."""

import numpy as np
import pytest

from kgen import data
from kgen.data.anomalies import check_normal, check_varied
from kgen.data.phantoms import Brains
from kgen.data.phantoms.writing import write


def test_a_digit_that_is_left_out_is_in_the_test_alone(digits):
    found = data.load("digits", left_out="3,5")
    assert not np.isin(found.train.labels, (3, 5)).any()
    assert not np.isin(found.validation.labels, (3, 5)).any()
    np.testing.assert_array_equal(
        found.test.facts["anomaly"], np.isin(digits.test.labels, (3, 5))
    )
    assert found.notes[-1].startswith(
        "normal values alone: class 3 and 5 left out of training"
    )
    check_normal(found)


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype="uint8")


def test_arrays_of_anomalies_are_facts(images, tmp_path):
    anomaly = np.arange(40) % 4 == 0
    masks = anomaly[:, None, None] * np.ones((8, 8), bool)
    np.savez(tmp_path / "all.npz", x=images, anomaly=anomaly, anomaly_mask=masks)
    mixed = data.load(f"npz:{tmp_path}/all.npz")
    assert list(mixed.fields) == ["x"]
    with pytest.raises(
        ValueError, match="train values are anomalies.*normal_only=True"
    ):
        check_normal(mixed)
    normal = data.load(f"npz:{tmp_path}/all.npz", normal_only="true")
    check_normal(normal)
    facts = normal.test.facts
    np.testing.assert_array_equal(
        facts["anomaly_mask"].any(axis=(1, 2)), facts["anomaly"]
    )


def test_a_mask_alone_tells_what_is_an_anomaly(images, tmp_path):
    masks = np.zeros((40, 8, 8, 1), "uint8")
    masks[::4, 3, 5] = 1
    np.savez(tmp_path / "masks.npz", x=images, anomaly_mask=masks)
    with pytest.raises(ValueError, match="train values are anomalies"):
        check_normal(data.load(f"npz:{tmp_path}/masks.npz"))
    facts = data.load(f"npz:{tmp_path}/masks.npz", normal_only="true").test.facts
    np.testing.assert_array_equal(
        facts["anomaly_mask"].any(axis=(1, 2)), facts["anomaly"]
    )


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        (
            {"anomaly": np.full(40, "yes")},
            "anomaly holds 'yes', first in row 0; it takes 0",
        ),
        ({"anomaly": np.arange(40) % 3}, "anomaly holds 2, first in row 2"),
        ({"anomaly": np.full(40, np.nan)}, "anomaly holds nan"),
        (
            {"anomaly_mask": np.zeros((40, 4, 8))},
            r"shape \(40, 4, 8\); it takes \(40, 8, 8\)",
        ),
        (
            {"anomaly": np.zeros(40), "anomaly_mask": np.ones((40, 8, 8))},
            "anomaly is 0, normal, where anomaly_mask has points",
        ),
    ],
)
def test_marks_that_say_nothing_clear_are_refused(marks, told, images, tmp_path):
    np.savez(tmp_path / "marked.npz", x=images, **marks)
    with pytest.raises(ValueError, match=told):
        data.load(f"npz:{tmp_path}/marked.npz")


def test_a_class_that_is_not_there_cannot_be_left_out():
    with pytest.raises(
        ValueError, match="left_out=42 is no class of digits. Choose of 0, 1"
    ):
        data.load("digits", left_out="42")


def test_values_from_which_nothing_can_be_learnt_are_refused(images):
    check_varied("scans", images)
    with pytest.raises(ValueError, match="scans: all 5 training values are the same"):
        check_varied("scans", np.repeat(images[:1], 5, axis=0))
    shades = np.arange(5)[:, None, None] * np.ones((1, 8, 8))
    with pytest.raises(ValueError, match="have one shade each"):
        check_varied("scans", shades)


def test_an_official_test_says_what_is_in_it_alone(images, tmp_path):
    given = {"x": images, "x_test": images[:6], "anomaly_test": np.arange(6) % 2}
    np.savez(tmp_path / "split.npz", **given)
    found = data.load(f"npz:{tmp_path}/split.npz")
    check_normal(found)
    np.testing.assert_array_equal(found.test.facts["anomaly"], np.arange(6) % 2)
    del given["anomaly_test"]
    np.savez(tmp_path / "untold.npz", **given)
    with pytest.raises(ValueError, match="does not say what is an anomaly"):
        data.load(f"npz:{tmp_path}/untold.npz", normal_only="true")


def test_phantoms_tell_of_their_tumours(tmp_path):
    write(tmp_path / "brains", Brains(32, tumours=True), 10)
    arrays = np.load(tmp_path / "brains" / "brains.npz")
    assert arrays["anomaly"].tolist() == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0]
    np.testing.assert_array_equal(
        arrays["anomaly_mask"].any(axis=(1, 2)), arrays["anomaly"]
    )
