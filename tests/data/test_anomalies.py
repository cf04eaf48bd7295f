"""Which values are anomalies: left-out classes, marked values, phantoms with tumours."""

import numpy as np
import pytest

from kgen import data
from kgen.data.anomalies import check_normal
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
