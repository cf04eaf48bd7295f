"""What kgen latent draws for models of every kind: their abilities decide which pictures apply."""

import json

import numpy as np
import pytest
from PIL import Image

from kgen import data, latent
from kgen.experiments import building, latent_space
from kgen.experiments.contents import LATENT_FILES
from kgen.experiments.exploring import explored
from kgen.experiments.tables import told
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

OF_ALL = {"samples", "manifold", "traversals"}
OF_ENCODERS = {
    "reconstructions", "walks", "walk_map", "map_pca", "map_tsne", "real_and_drawn", "outliers",
}  # fmt: skip
OF_IMAGES = {"concepts", "map_values"}
CASES = {
    "vae": ("digits", OF_ALL | OF_ENCODERS | OF_IMAGES),
    "cvae": ("digits", OF_ALL | OF_ENCODERS | OF_IMAGES | {"styles"}),
    "autoencoder": ("ring", OF_ALL | OF_ENCODERS),
    "gan": ("digits", OF_ALL | {"sample_walks", "inversions"}),
    "cgan": ("digits", OF_ALL | {"sample_walks", "inversions", "styles"}),
}
SIZES = {"latent_dim": 4, "width": 4}
DATA = {"ring": {"count": 500}, "balls": {"count": 60, "size": 8}}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    # compiles for half a minute; tests/latent has it
    monkeypatch.delitem(latent.PROJECTIONS, "umap")
    monkeypatch.setattr(latent_space, "FRAMES", 5)


def untrained(name, dataset, path, **options):
    """A run whose model is untrained."""
    config = RunConfig(
        name, dataset, epochs=5, options=options or SIZES, data=DATA.get(dataset, {})
    )
    values = data.load(dataset, **config.data)
    config = building.completed(building.asked(config), values)
    run = Run.create(path, config)
    run.save_model(building.build(config, values))
    return run


# What they show is a part of what these show.
SMALLER = {"vae", "cgan"}
SHOWING = [
    pytest.param(name, marks=pytest.mark.slow if name in SMALLER else [])
    for name in CASES
]


@pytest.mark.parametrize("name", SHOWING)
def test_every_model_shows_what_applies_to_it(name, tmp_path):
    dataset, expected = CASES[name]
    run = untrained(name, dataset, tmp_path / "run")
    numbers = explored(run, count=60).write()
    drawn = {path.stem for path in (run.path / "latent").glob("*.png")}
    assert (
        drawn == expected and {f"{stem}.png" for stem in drawn} <= LATENT_FILES.keys()
    )
    with Image.open(run.path / "latent" / "traversals.gif") as film:
        assert film.n_frames == 8
    for stem in drawn:
        assert np.std(Image.open(run.path / "latent" / f"{stem}.png")) > 1, stem
    assert json.loads((run.path / "latent" / "numbers.json").read_text()) == numbers
    if "concepts" in expected:
        assert 0.4 < numbers["concept_slanted_accuracy"] <= 1.0


def test_an_outlier_is_told_by_its_place_in_the_test_split(tmp_path):
    run = untrained("cvae", "digits", tmp_path / "run")
    space = explored(run, count=60)
    (worst, *_) = rows = space.outliers()["outliers"]
    test = run.dataset().test
    number = int(worst["outlier"].removeprefix("test value "))
    assert worst["class"] == str(test.labels[number])
    among = np.flatnonzero((space.test["x"] == test["x"][number]).all(axis=(1, 2, 3)))
    distances = latent.distances_from_class(space.latents, space.test.labels)
    assert among == [np.nanargmax(distances)] and worst["standard deviations"] == round(
        distances[among[0]], 2
    )
    shown = told({"values": 60, "unknown": None, "share": 0.123456, "outliers": rows})
    assert (
        "values                             60\n" in shown
        and "0.1235" in shown
        and "{" not in shown
    )
    assert "–" in shown and f" {worst['outlier']} " in shown


def test_an_outlier_of_values_without_classes_has_no_class(tmp_path):
    space = explored(untrained("autoencoder", "ring", tmp_path / "run"), count=60)
    assert {tuple(row) for row in space.outliers()["outliers"]} == {
        ("outlier", "standard deviations")
    }


@pytest.mark.parametrize("name", ["gan", "cgan"])
def test_units_of_a_model_without_an_encoder_run_around_a_drawn_latent(name, tmp_path):
    space = explored(untrained(name, "digits", tmp_path / "run"), count=60)
    starts = [start for start, _ in space._starts()]
    assert np.linalg.norm(starts[0]) > 0.5
    assert all(np.array_equal(start, starts[0]) for start in starts)


@pytest.mark.parametrize("name", ["vae", "cvae"])
def test_walks_lead_from_the_first_values_to_the_last(name, tmp_path):
    space = explored(untrained(name, "digits", tmp_path / "run"), count=60)
    starts, ends = space._pairs()
    assert len(starts) == len(ends) and np.all(ends > starts)
    labels = space.test.labels
    if name == "vae":
        assert starts[0] == 0 and ends[-1] == 59
        return
    for start, end in zip(starts, ends, strict=True):
        (places,) = np.nonzero(labels == labels[start])
        assert [start, end] == [places[0], places[-1]]


def test_a_map_says_how_far_it_can_be_believed(tmp_path, monkeypatch):
    space = explored(untrained("cvae", "digits", tmp_path / "run"), count=60)
    titles = []
    monkeypatch.setattr(
        space, "_save", lambda figure, name: titles.append(figure.axes[0].get_title())
    )
    numbers = space.maps()
    expected = (
        f"trustworthiness {numbers['pca_trustworthiness']:.2f}, neighbour agreement "
    )
    assert titles[0].startswith("pca, by class\n" + expected)


def test_clusters_are_of_tiles(tmp_path):
    run = untrained("vae", "ring", tmp_path / "run")
    with pytest.raises(ValueError, match="clusters=3 is of runs on hdf5:FILE"):
        explored(run, clusters=3)


def test_a_model_that_draws_nothing_has_no_latent_space(tmp_path):
    run = untrained("regressor", "balls", tmp_path / "run", width=4)
    with pytest.raises(ValueError, match="Regressor on balls cannot generate"):
        explored(run)


def test_fewer_test_values_than_are_inverted_are_enough(tmp_path, monkeypatch):
    space = latent_space.LatentSpace(
        untrained("cgan", "digits", tmp_path / "run", **SIZES)
    )
    space.test = space.test.subset(slice(3))
    monkeypatch.setattr(
        latent,
        "invert",
        lambda _, values, labels: (np.zeros((len(values), 4)), np.ones(3)),
    )
    assert {*space.inversions()} == {
        "inversion_error_of_samples",
        "inversion_error_of_test_values",
    }
