"""From a folder of normal pictures and a folder of new ones to scores, maps and a figure."""

import json

import numpy as np
import pyarrow.csv
import pytest
from PIL import Image

from kgen import data
from kgen.experiments import building
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.verbs.detect import FILES
from tests.cli.test_cli import kgen


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """120 normal pictures, dark above, and 3 new ones, the last of which is bright above."""
    folder, random = tmp_path_factory.mktemp("detect"), np.random.default_rng(0)
    for name, count in (("normal", 120), ("new", 3)):
        (folder / name).mkdir()
        for number in range(count):
            pixels = random.integers(0, 40, (8, 8)) + 25 * np.arange(8)[:, None]
            pixels = pixels[::-1] if (name, number) == ("new", 2) else pixels
            Image.fromarray(pixels.astype("uint8")).save(
                folder / name / f"{number:03}.png"
            )
    return folder


def untrained(folder, name, source, given=None):
    """A run as a training leaves it, of a model that has not learnt."""
    config = RunConfig(
        name, source, data=given or {}, options={"width": 4, "latent_dim": 3}
    )
    dataset = data.load(config.dataset, **config.data)
    config = building.completed(config, dataset)
    run = Run.create(folder / name, config)
    run.save_model(building.build(config, dataset))
    return run


@pytest.fixture(scope="module")
def run(folder):
    return untrained(folder, "f-anogan", f"folder:{folder / 'normal'}")


def test_new_pictures_are_scored_mapped_and_drawn(folder, run):
    assert "3 values written" in kgen(
        "detect", run.path, folder / "new", folder / "found"
    )
    assert sorted(path.name for path in (folder / "found").iterdir()) == sorted(FILES)
    table = pyarrow.csv.read_csv(folder / "found" / "scores.csv").to_pydict()
    assert table["file"] == ["000.png", "001.png", "002.png"]
    found = np.load(folder / "found" / "anomalies.npz")
    assert found["map"].shape == (3, 8, 8) and found["nearest"].dtype == "uint8"
    threshold = json.loads((run.path / "calibration.json").read_text())["score"]
    np.testing.assert_array_equal(table["anomalous"], found["score"] > threshold)


def test_a_threshold_is_taken_as_it_is_given(folder, run, tmp_path):
    kgen(
        "detect",
        run.path,
        folder / "new",
        tmp_path / "out.csv",
        "--by",
        "peak",
        "--threshold",
        1e9,
    )
    table = pyarrow.csv.read_csv(tmp_path / "out.csv").to_pydict()
    assert list(table) == ["file", "score", "peak", "anomalous"] and table[
        "anomalous"
    ] == [0, 0, 0]


def test_a_threshold_without_the_data_of_the_training_is_asked_for(folder, tmp_path):
    lost = untrained(tmp_path, "anogan", f"folder:{folder / 'normal'}")
    config = json.loads((lost.path / "config.json").read_text())
    config["dataset"] = f"folder:{tmp_path / 'gone'}"
    (lost.path / "config.json").write_text(json.dumps(config))
    told = kgen("detect", lost.path, folder / "new", tmp_path / "out.csv", code=1)
    assert "no folder" in told and "Otherwise give a threshold" in told


def test_what_cannot_be_detected_is_told(folder, run, tmp_path):
    out = tmp_path / "out.csv"
    told = kgen("detect", run.path, folder / "new", out, "--by", "score2", code=1)
    assert "Unknown score 'score2'. Did you mean score" in told
    told = kgen("detect", run.path, folder / "new", out, "--threshold", "nan", code=1)
    assert "threshold=nan is not a number in [0.0, inf)" in told
    told = kgen("detect", run.path, folder / "new", folder / "new", code=1)
    assert "the same as" in told and "Choose another place" in told
    Image.fromarray(np.zeros((9, 8), "uint8")).save(tmp_path / "other.png")
    told = kgen("detect", run.path, tmp_path / "other.png", out, code=1)
    assert "takes images of shape (n, 8, 8, 1)" in told
