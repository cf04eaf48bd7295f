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
from kgen.experiments.vessel_space import VesselSpace
from kgen.metrics.vessels import ATTRIBUTES
from kgen.runs.config import RunConfig

FEW = {"DRAWN": 60, "MOVED": 10}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("arteries") / "coronaries"
    write(folder, Arteries(seed=0), 150)
    return f"centrelines:{folder / VESSELS}", {"table": str(folder / TABLE), "label": "branch"}


@pytest.fixture
def few(monkeypatch):
    for name, value in FEW.items():
        monkeypatch.setattr(f"kgen.experiments.vessel_space.{name}", value)


def space_of(model, source, path, **options):
    name, given = source
    sizes = {"latent_dim": 4, "width": 4, **options}
    config = RunConfig(model, name, epochs=1, batch_size=30, data=given, options=sizes)
    found = explored(training.start(path, config), 40)
    assert type(found) is VesselSpace
    return found


def test_attributes_of_a_linear_model_follow_from_its_latents(source, tmp_path, few):
    space = space_of("autoencoder", source, tmp_path / "run")
    numbers = space.vessel_walks() | space.attributes()
    folder = space.run.path / "latent"
    rows = {row["attribute"]: row for row in csv.DictReader((folder / "attributes.csv").open())}
    assert set(rows) == set(ATTRIBUTES)
    assert numbers["r_squared_of_mean_radius"] == pytest.approx(
        float(rows["mean radius"]["r_squared"]), abs=1e-6
    )
    assert float(rows["mean radius"]["r_squared"]) > 0.5
    gain, chance = (float(rows["mean radius"][key]) for key in ("gain", "gain_of_random"))
    assert gain > 0.3 and abs(chance) < gain
    assert numbers["roughness_of_walks_over_real"] > 0 == numbers["self_intersections_of_walks"]
    assert (folder / "vessel_walks.png").stat().st_size > 5000
    assert Image.open(folder / "vessel_walks.gif").n_frames == 2 * FRAMES - 2


@pytest.mark.slow
def test_a_gan_walks_between_the_latents_that_come_nearest(source, tmp_path, few, monkeypatch):
    space = space_of("cgan", source, tmp_path / "run", batch_norm=False)
    codes, labels = space._coded(np.array([0, 1]))
    assert codes.shape == (2, 4) and len(labels) == 2
