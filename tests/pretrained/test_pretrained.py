"""Models that come with kgen: their weights, their quality, and the effect of concepts."""

import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kgen import latent, pretrained
from kgen.metrics.anatomy import ventricle_area
from kgen.pretrained import loading
from kgen.tasks.contrast import pairs
from tests.experiments.test_latent_space import untrained

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[2]
HALF = 2.0**-11  # the relative rounding error of half precision
MOST = 3_000_000


@pytest.fixture(scope="module")
def mnist():
    """The model and its test images."""
    return pretrained.load("mnist"), pretrained.data("mnist").test


def weights(model):
    return [
        np.asarray(weight)
        for networks in model.players.values()
        for part in networks
        for weight in part.weights
    ]


@pytest.mark.parametrize("name", ["cvae-cgan", "vae"])
def test_what_is_made_of_a_run_holds_its_averaged_weights_in_half_precision(
    name, tmp_path, monkeypatch, capsys
):
    run = untrained(name, "digits", tmp_path / "run")
    model = run.model()
    for average in model.averages:
        average.assign(average + 1.0)  # so that they are not the last ones
    run.save_model(model)
    monkeypatch.setattr(loading, "FOLDER", tmp_path / "own")
    arguments = run.path, "tiny", "--licence", "mine", "--values", 3
    monkeypatch.setattr(sys, "argv", ["make_pretrained.py", *map(str, arguments)])
    runpy.run_path(str(ROOT / "scripts/make_pretrained.py"), run_name="__main__")
    assert pretrained.names() == ["tiny"]
    small = pretrained.load("tiny")
    with model.averaged():
        expected = weights(model)
    for new, old in zip(weights(small), expected, strict=True):
        np.testing.assert_allclose(new, old, rtol=HALF, atol=1e-7)
    assert small.averages == [] and not small.compiled and type(small) is type(model)
    check_images(pretrained.data("tiny"), run.dataset().test, 3)
    assert (
        tmp_path / "own" / "tiny" / "README.md"
    ).read_text() in capsys.readouterr().out


def check_images(data, test, count):
    """The first of every class, in their order."""
    places = sorted(
        place
        for label in range(10)
        for place in np.flatnonzero(test.labels == label)[:count]
    )
    labelled = "y" in data.fields
    np.testing.assert_array_equal(data.test["x"], test["x"][places])
    assert not labelled or (data.test.labels == test.labels[places]).all()
    assert len(data.train) == 0


def test_an_unknown_name_is_told_with_those_that_there_are():
    with pytest.raises(
        ValueError,
        match=r"Unknown pretrained model 'mnits'. Did you mean mnist\? Known: brains, mnist",
    ):
        pretrained.load("mnits")


@pytest.mark.parametrize("name", pretrained.names())
def test_every_one_is_small_and_says_how_it_was_made_and_whose_the_data_are(name):
    folder = loading.FOLDER / name
    assert {path.name for path in folder.iterdir()} == {
        "README.md",
        "model.keras",
        "test.npz",
    }
    assert (folder / "model.keras").stat().st_size <= MOST and (
        folder / "test.npz"
    ).stat().st_size <= 10**6
    page = (folder / "README.md").read_text()
    assert (
        f"python scripts/make_pretrained.py RUN {name} --licence" in page
        and "The data and these values: " in page
    )


def test_the_package_holds_them():
    setup = (ROOT / "setup.cfg").read_text()
    assert "kgen.pretrained = */*" in setup
    ignored = subprocess.run(
        ["git", "check-ignore", *loading.FOLDER.glob("*/*")],
        cwd=ROOT,
        capture_output=True,
    )
    assert ignored.stdout == b""


def test_digits_are_classified_and_reconstructed(mnist):
    model, test = mnist
    assert np.bincount(test.labels).tolist() == [100] * 10
    assert (model.classify(test["x"]).argmax(axis=1) == test.labels).mean() >= 0.99
    again = model.reconstruct(test["x"], test.labels) / 255.0
    assert np.mean((again - test["x"] / 255.0) ** 2) < 0.012


def test_brains_are_classified_and_the_disease_widens_their_ventricles():
    model, test = pretrained.load("brains"), pretrained.data("brains").test
    read = model.classify(test["x"]).argmax(axis=1)
    assert (read == test.labels).mean() >= 0.75
    field = model.fields["x"]
    well, ill = (
        ventricle_area(field.comparable(part), (3.375, 3.375)) for part in pairs(model)
    )
    assert (ill > well).mean() >= 0.95


def test_a_class_is_drawn_as_it_is_asked_for(mnist):
    model, _ = mnist
    threes = model.generate(50, labels=3, seed=0)
    assert (model.classify(threes).argmax(axis=1) == 3).mean() >= 0.95


@pytest.mark.parametrize("name", ["slanted", "thick"])
def test_a_concept_moves_its_attribute_evenly_and_a_random_direction_does_not(
    mnist, name
):
    model, test = mnist
    measure, latents = latent.ATTRIBUTES[name], model.latents(test["x"], test.labels)
    measured = measure(test.comparable())
    concept = latent.Concept.of_classifier(name, latents, latent.outer_thirds(measured))
    assert concept.accuracy > 0.8
    strengths, some = np.linspace(-1.5, 1.5, 7), slice(None, None, 20)

    def means(direction):
        values = latent.decoded(
            model, direction.applied(latents[some], strengths), test.labels[some, None]
        )
        return (
            measure(values.reshape(-1, *model.shape) / 255.0)
            .reshape(values.shape[:2])
            .mean(axis=0)
        )

    moved = means(concept)
    gap = np.ptp(moved)
    assert (np.diff(moved) > 0).all() and gap > np.ptp(
        np.quantile(measured, [1 / 3, 2 / 3])
    )
    others = [np.ptp(means(concept.control(seed))) for seed in range(5)]
    assert np.mean(others) < 0.3 * gap


def test_the_import_of_kgen_brings_no_keras_along():
    code = "import sys, kgen; print('keras' in sys.modules, kgen.pretrained.names())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout == f"False {pretrained.names()}\n"
