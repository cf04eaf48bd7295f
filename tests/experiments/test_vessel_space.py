"""The latent space of vessels: walks, and attributes that follow from the latents."""

import csv

import numpy as np
import pytest
from PIL import Image

from kgen.data.arteries import Arteries
from kgen.data.arteries.writing import TABLE, VESSELS, write
from kgen.experiments import training
from kgen.experiments.exploring import explored
from kgen.experiments.latent_space import FRAMES
from kgen.experiments.vessel_space import Drawn, VesselSpace
from kgen.fields import Centreline
from kgen.metrics.vessels import ATTRIBUTES, length
from kgen.runs.config import RunConfig
from tests.metrics.shapes import tube

LATENTS = np.random.default_rng(0).standard_normal((200, 5))


class Straight:
    """Draws straight vessels: the first latent is their length, the second their radius."""

    latent_dim = 5

    def asked(self, labels):
        return None

    def decode(self, z, labels=None):
        return np.stack(
            [tube(60 + 5 * own[0], np.full(24, np.exp(own[1] / 4))) for own in z]
        )


class Noted(VesselSpace):
    """A latent space without a run, which keeps what it would write."""

    encodes = True
    test = {"x": Straight().decode(LATENTS[:40])}

    def __init__(self):
        self.model, self.latents, self.run, self.kept = (
            Straight(),
            LATENTS[:40],
            self,
            {},
        )
        self.field = Centreline.of(self.test["x"], "x").fitted(self._bent)
        self._drawn = Drawn(LATENTS, None, self.model.decode(LATENTS))

    @property
    def _bent(self):
        """The vessels with places beside the line: nothing is learnt of what never varies."""
        moves = np.random.default_rng(1).normal(size=(40, 24, 3)) * (0, 1, 1)
        return self.test["x"] + np.concatenate([moves, np.zeros((40, 24, 1))], axis=2)

    def write_rows(self, name, rows):
        self.kept[name] = rows

    def _asked(self, chosen):
        return None

    def _save(self, figure, name):
        self.kept[name] = figure

    def _filmed(self, values, names, captions, name):
        self.kept[name] = self.kept[name], values, captions


@pytest.fixture(scope="module")
def attributes():
    """What is written of the attributes, by attribute, and the numbers."""
    space = Noted()
    numbers = space.attributes()
    return {
        row["attribute"]: row for row in space.kept["latent/attributes.csv"]
    }, numbers


@pytest.mark.parametrize("name", ["length", "mean radius"])
def test_what_the_latents_hold_is_told_by_them_and_moved_along_its_direction(
    name, attributes
):
    rows, numbers = attributes
    assert set(rows) <= set(ATTRIBUTES) and "curvature" not in rows  # all are straight
    row = rows[name]
    assert row["r_squared"] > 0.95
    assert numbers[f"r_squared_of_{name.replace(' ', '_')}"] == row["r_squared"]
    # a step leads from the lower third to the upper
    assert row["gain"] == pytest.approx(1.0, abs=0.1)
    assert abs(row["gain_of_random"]) < 0.6


def test_walks_lead_from_a_low_to_a_high_vessel_through_all_between():
    space = Noted()
    numbers = space.vessel_walks()
    figure, walks, captions = space.kept["vessel_walks"]
    assert walks.shape == (2, FRAMES, 24, 4) and len(captions) == FRAMES
    lengths = length(walks[0])
    every = np.sort(length(space.test["x"]))
    assert lengths[0] == pytest.approx(every[1]) and lengths[-1] == pytest.approx(
        every[-3]
    )
    assert (np.diff(lengths) > 0).all()
    assert numbers["self_intersections_of_walks"] == 0.0
    first, _ = figure.axes[0].get_yticklabels()
    assert first.get_text() == "length: low to high"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("arteries") / "coronaries"
    write(folder, Arteries(seed=0), 150)
    return f"centrelines:{folder / VESSELS}", {"table": str(folder / TABLE)}


@pytest.mark.slow
@pytest.mark.parametrize("model", ["vae", "wgan-gp"])
def test_a_run_on_centrelines_is_explored(model, source, tmp_path, monkeypatch):
    monkeypatch.setattr("kgen.experiments.vessel_space.DRAWN", 60)
    monkeypatch.setattr("kgen.experiments.vessel_space.MOVED", 10)
    name, given = source
    options = {"latent_dim": 4, "width": 4}
    config = RunConfig(
        model, name, epochs=1, batch_size=30, data=given, options=options
    )
    space = explored(training.start(tmp_path / "run", config), 40)
    assert type(space) is VesselSpace
    numbers = space.write()
    folder = space.run.path / "latent"
    rows = list(csv.DictReader((folder / "attributes.csv").open()))
    assert [row["attribute"] for row in rows] == list(ATTRIBUTES)
    assert numbers["roughness_of_walks_over_real"] > 0
    assert Image.open(folder / "vessel_walks.gif").n_frames == 2 * FRAMES - 2
