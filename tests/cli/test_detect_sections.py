"""Which image of an HDF5 file is unlike the others, and where."""

import h5py
import numpy as np
import pyarrow.csv
import pytest
from PIL import Image

from kgen import tasks
from kgen.experiments import of_sections
from kgen.tasks.study import Study
from tests.cli.test_cli import kgen
from tests.cli.test_detect import untrained

SIDE, TILE, PLACE = 72, 16, (40, 24)
OPTIONS = {"tile_size": TILE, "left_out": ["X"], "test_group": "C"}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Images of smooth noise, and one of which a tile is a chessboard."""
    path, random = (
        tmp_path_factory.mktemp("sections") / "a.h5",
        np.random.default_rng(0),
    )
    with h5py.File(path, "w") as file:
        for name in ("A/0", "A/1", "B/0", "B/1", "C/0", "X/0"):
            file[name] = random.integers(90, 130, (SIDE, SIDE), dtype="uint8")
        tile = tuple(slice(start, start + TILE) for start in PLACE)
        file["X/0"][tile] = 255 * (np.indices((TILE, TILE)).sum(axis=0) % 2)
    return path


@pytest.fixture(scope="module")
def run(file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return untrained(folder, "f-anogan", f"hdf5:{file}", OPTIONS)


def test_the_image_with_a_foreign_texture_is_found_and_where(file, run, tmp_path):
    assert "6 values written" in kgen(
        "detect", run.path, file, tmp_path / "out", "--by", "peak"
    )
    table = pyarrow.csv.read_csv(tmp_path / "out" / "sections.csv").to_pydict()
    assert table["image"][-1] == "X/0" and np.argmax(table["peak"]) == 5
    for start, found in zip(
        PLACE, (table["row"][-1], table["column"][-1]), strict=True
    ):
        assert start - 1 <= found < start + TILE + 1
    assert all(0.0 <= share <= 1.0 for share in table["share"])
    with h5py.File(tmp_path / "out" / "maps.h5") as maps:
        assert maps["X/0"].shape == (SIDE, SIDE) and maps["X/0"].dtype == "float32"
    assert np.std(Image.open(tmp_path / "out" / "sections.png")) > 1


def test_tiles_of_it_are_anomalies_of_the_test(run, monkeypatch):
    monkeypatch.setattr("kgen.data.tiles.tile_data.TEST_TILES", 120)
    monkeypatch.setattr("kgen.data.tiles.tile_data.VALIDATION_TILES", 60)
    dataset, model = run.dataset(), run.model()
    scores = tasks.named("detect", model, dataset).measure(Study(model, dataset))
    # Half of the tiles of this image show some of the chessboard, which PCA sees.
    assert (
        scores["anomaly_auc"].baseline > 0.6 and scores["anomaly_auc"].low is not None
    )


def test_what_cannot_be_mapped_is_told(file, run, tmp_path):
    told = kgen("detect", run.path, file, tmp_path, code=1)
    assert "should be a new folder, for sections.csv, maps.h5 and sections.png" in told
    told = kgen("detect", run.path, file.with_name("b.h5"), tmp_path / "out", code=1)
    assert "b.h5" in told
    told = kgen("encode", vae_of_tiles(file, tmp_path), file, tmp_path / "out", code=1)
    assert (
        "encode makes no maps of an HDF5 file" in told
        and not (tmp_path / "out").exists()
    )


def vae_of_tiles(file, folder):
    """A run of a model that encodes, and detects nothing."""
    return untrained(folder, "vae", f"hdf5:{file}", OPTIONS).path


def test_an_image_of_one_value_is_drawn_black():
    np.testing.assert_array_equal(
        of_sections._unit(np.full((2, 2), 7.0, "float32")), 0.0
    )
