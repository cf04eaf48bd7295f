"""Images that training never sees: in the test they are the anomalies."""

import numpy as np
import pytest

from kgen import data
from kgen.data import TileSource
from kgen.data.anomalies import check_normal
from tests.data.tiles.files import TILE, pixels, write


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "a.h5", pixels())


def load(path, **options):
    return data.load(f"hdf5:{path}", tile_size=TILE, **options)


def test_half_of_the_test_is_of_what_is_left_out(path, monkeypatch):
    monkeypatch.setattr("kgen.data.tiles.tile_data.TEST_TILES", 60)
    tiles = load(path, left_out="B/1", test_group="C")
    anomaly, group = tiles.test.facts["anomaly"], tiles.test.facts["group"]
    assert len(tiles.test) == 60 and anomaly.sum() == 30
    assert set(group[anomaly]) == {"B"} and set(group[~anomaly]) == {"C"}
    check_normal(tiles)
    assert "for the test: C and, left out as anomalies, 1 image." in str(tiles)
    assert "anomaly" not in load(path, test_group="C").test.facts


def test_training_and_its_statistics_do_not_see_them(path):
    source, images = TileSource(path, "C", TILE, left_out=["B"]), pixels()
    assert [section.path for section in source.training] == ["A/0", "A/1"]
    assert [section.path for section in source.tested] == ["C/0", "B/0", "B/1"]
    seen = np.concatenate([images[name].ravel() for name in ("A/0", "A/1")])
    assert source.mean == pytest.approx(seen.mean(), rel=1e-9)


def test_the_last_group_that_is_normal_is_the_test_group(path):
    assert load(path, left_out="C").source.test_group == "B"


def test_other_data_have_other_fingerprints(path):
    given = None, "B/1", "B/0"
    every = {
        load(path, **({"left_out": name} if name else {})).fingerprint for name in given
    }
    assert len(every) == 3
    # Their sections are the same, but not which of them are anomalies.
    assert (
        load(path, test_group="B").fingerprint
        != load(path, test_group="B", left_out="B/1").fingerprint
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"left_out": "B/9"},
            "left_out='B/9' is no group and no GROUP/IMAGE .*; it has A, B, C",
        ),
        (
            {"left_out": "A,B,C"},
            "left_out=A,B,C: no normal image of .* is left to train on",
        ),
        ({"left_out": "B,C"}, "one group 'A' besides what is left out; two are needed"),
        (
            {"left_out": "C", "test_group": "C"},
            "'C' is no group of .* besides what is left out",
        ),
        (
            {"left_out": "B/0", "subject": "group"},
            "B/1 is of subject B: so are images of the test",
        ),
    ],
)
def test_what_cannot_be_left_out_is_told(path, options, message):
    with pytest.raises(ValueError, match=message):
        load(path, **options)
