"""Tests on few patient images: what the class changes, and whether anatomy is drawn as it is."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from kgen import tasks
from kgen.data import Data
from kgen.data.phantoms import Brains
from kgen.data.phantoms.person import grey_levels, upright
from kgen.fields import Image, Label, kind
from kgen.metrics.catalogue import of_groups
from kgen.tasks import anatomy, contrast, generate
from kgen.tasks.study import Settings, Study
from tests.conftest import tiny

PERSONS, SIZE = 16, 32


@pytest.fixture(scope="module")
def persons():
    """Slices of the same persons without and with the disease, and their truth."""
    drawn = [
        [Brains(size=SIZE).subject((1, number), label) for number in range(PERSONS)]
        for label in (0, 1)
    ]
    images = [
        np.stack([upright(grey_levels(brain.image)) for brain in group])[..., None]
        for group in drawn
    ]
    areas = [
        [brain.measures["ventricle_area_mm2"] for brain in group] for group in drawn
    ]
    return images, np.concatenate(areas)


@pytest.fixture(scope="module")
def brains(persons):
    """Data of these slices, which say what they show."""
    images, areas = persons
    labels = np.repeat([0, 1], PERSONS).astype("int32")
    values = {"x": np.concatenate(images), "y": labels}
    fields = {"x": Image.of(values["x"], "x"), "y": Label(2, ["control", "disease"])}
    facts = {"subject": np.arange(2 * PERSONS), "true_ventricle_area_mm2": areas}
    data = Data.from_arrays("brains", values, fields, facts=facts)
    return dataclasses.replace(data, spacing=(216 / SIZE,) * 2, anatomy="brain")


@pytest.fixture(autouse=True)
def few_samples(monkeypatch):
    monkeypatch.setattr(anatomy, "SAMPLES", 2 * PERSONS)
    monkeypatch.setattr(anatomy, "DRAWN", PERSONS)


@pytest.fixture
def perfect(persons, brains):
    """Draws the very persons of the data, like a model that has learnt everything."""
    images, _ = persons

    def generate(n, label=None, seed=None):
        return np.resize(images[label], (n, *images[label].shape[1:]))

    def decode(z, labels):
        # Every latent vector is a person.
        return np.stack(
            [images[label][number % PERSONS] for number, label in enumerate(labels)]
        )

    return SimpleNamespace(
        fields=brains.fields, label_names=("y",), captions=["control", "disease"], latent_dim=2,
        generate=generate, decode=decode, asked=lambda labels: labels,
    )  # fmt: skip


def measured(name, model, data):
    task = tasks.load(name)
    wanted = tuple(of_groups(task.groups))
    return task.measure(Study(model, data, settings=Settings(metrics=wanted)))


def test_who_draws_the_very_persons_reaches_every_number(perfect, brains):
    found = measured("anatomy", perfect, brains)
    # Rounding parts areas that are the same.
    assert found["ventricle_distance"].value < 1.5 / PERSONS
    assert found["ventricle_effect"].value == pytest.approx(
        found["ventricle_effect"].real, rel=0.02
    )
    assert found["ventricle_effect"].real > 100 and found["thickness_effect"].real < 0
    assert found["ventricle_sign"].value == 1.0
    assert 0.0 < found["ventricle_distance"].real <= 1.0


def test_who_draws_one_class_as_both_shows_no_effect(perfect, brains):
    generate = perfect.generate
    perfect.generate = lambda n, label=None, seed=None: generate(n, 0)
    found = measured("anatomy", perfect, brains)
    assert (
        found["ventricle_effect"].value == 0.0
        and found["ventricle_distance"].value > 0.3
    )


def test_the_measure_is_compared_with_the_truth(perfect, brains):
    told = tasks.load("anatomy").facts(Study(perfect, brains))["anatomy_truth"]
    assert (
        told.startswith("Ventricle against the truth: r = 0.9")
        and "thickness" not in told
    )


def test_a_model_without_labels_is_measured_as_a_whole(brains):
    found = measured("anatomy", tiny("vae", brains.fields), brains)
    assert 0 <= found["ventricle_distance"].value <= 1
    assert (
        "there is one class" in found["ventricle_effect"]
        and "no pairs" in found["ventricle_sign"]
    )


def test_a_class_without_test_images_leaves_real_ones_without_a_number(perfect, brains):
    well = dataclasses.replace(
        brains, test=brains.test.subset(np.flatnonzero(brains.test.labels == 0))
    )
    found = measured("anatomy", perfect, well)
    assert (
        found["ventricle_distance"].real is None
        and found["ventricle_distance"].value < 0.5
    )
    assert tasks.load("anatomy").test_figures(perfect, well)["test_anatomy.png"].axes


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"anatomy": None}, "does not say anatomy=brain"),
        ({"spacing": None}, "does not say pixel=MM"),
    ],
)
def test_data_that_do_not_say_what_they_show_are_not_measured(changes, reason, brains):
    model = tiny("cvae", brains.fields)
    assert tasks.load("anatomy").reason(model, brains) is None
    assert reason in tasks.load("anatomy").reason(
        model, dataclasses.replace(brains, **changes)
    )


def test_colour_images_are_no_slices(brains):
    x = brains.train["x"].repeat(3, axis=-1)
    data = Data.from_arrays("colour", {"x": x}, {"x": Image.of(x, "x")})
    data = dataclasses.replace(data, spacing=(3.0, 3.0), anatomy="brain")
    assert "slices of one channel" in tasks.load("anatomy").reason(
        tiny("vae", data.fields), data
    )


def test_pairs_show_the_disease_where_it_is(perfect, persons, brains):
    images, _ = persons
    found = measured("contrast", perfect, brains)["changed_pixels"]
    assert 0.01 < found.value < 0.6
    change = contrast.differences(perfect, *contrast.pairs(perfect))
    expected = (images[1].astype("float32") - images[0]).mean(axis=0) / 255
    assert np.corrcoef(change.mean(axis=0).ravel(), expected.ravel())[0, 1] > 0.99


def test_pairs_of_one_class_with_itself_do_not_differ(brains):
    model = tiny("cvae-cgan", brains.fields)
    first, second = contrast.pairs(model, other=0, count=6)
    np.testing.assert_array_equal(first, second)
    first, second = contrast.pairs(model, other=1, count=6)
    assert np.abs(contrast.differences(model, first, second)).max() > 0


@pytest.mark.parametrize(("classes", "compared"), [(2, 1), (3, 2), (9, 3)])
def test_the_first_class_is_drawn_against_three_others_at_most(classes, compared):
    fields = {"x": Image((8, 8, 1)), "y": Label(classes)}
    model = tiny("cvae", fields)
    figure = tasks.load("contrast").test_figures(model, None)["test_pairs.png"]
    titles = [axes.get_title() for axes in figure.axes]
    assert sum("differ by more than chance" in title for title in titles) == compared


@pytest.mark.parametrize("field", ["one class", "vectors"])
def test_what_has_no_pairs_of_images_says_so(field, brains):
    values = {"x": brains.train["x"], "y": np.zeros(len(brains.train), "int32")}
    fields = {"x": brains.fields["x"], "y": Label(1)}
    if field == "vectors":
        values, fields = _as_vectors(brains)
    data = Data.from_arrays("others", values, fields)
    assert "of images of two classes or more" in tasks.load("contrast").reason(
        tiny("cvae", data.fields), data
    )


def _as_vectors(brains):
    x = brains.train["x"].reshape(len(brains.train), -1)[:, 100:110].astype("float32")
    x = x + np.random.default_rng(0).random(x.shape, dtype="float32")
    return {"x": x, "y": brains.train.labels}, {
        "x": kind("vector").of(x, "x"),
        "y": brains.fields["y"],
    }


def test_a_test_of_one_class_keeps_the_numbers_that_it_can_bear(digits):
    threes = dataclasses.replace(
        digits, test=digits.test.subset(np.flatnonzero(digits.test.labels == 3))
    )
    model = tiny("cvae-cgan", digits.fields)
    found = measured("classify", model, threes)
    curves = [
        found.pop(name) for name in ("classifier_auc", "classifier_average_precision")
    ]
    assert all("all" in reason and "are of one" in reason for reason in curves)
    others = list(found.values())
    assert all(score.low <= score.value <= score.high for score in others)
    figures = tasks.load("classify").test_figures(model, threes)
    assert "are of one" in figures["test_roc.png"].axes[0].get_title()


@pytest.mark.whole
def test_intervals_are_over_subjects_where_they_are_known(digits):
    model = tiny("cvae-cgan", digits.fields)
    whose = {"subject": np.arange(len(digits.test)) // 40}
    grouped = dataclasses.replace(
        digits, test=dataclasses.replace(digits.test, facts=whose)
    )
    wide, narrow = (
        measured("classify", model, data)["classifier_nll"]
        for data in (grouped, digits)
    )
    assert wide.value == pytest.approx(narrow.value)
    assert (wide.low, wide.high) != (narrow.low, narrow.high)


def test_values_are_beside_the_nearest_of_the_training(brains):
    copies = brains.train["x"][[3, 0, 5]]
    model = SimpleNamespace(
        fields=brains.fields,
        generate=lambda n, seed: np.resize(copies, (n, *copies.shape[1:])),
    )
    figure = tasks.load("generate").test_figures(model, brains)["test_nearest.png"]
    assert figure.axes[0].get_yticklabels()[0].get_text() == "sample"
    panel = generate.nearest_panel(model, brains)
    np.testing.assert_allclose(panel.values[0], panel.values[1], rtol=1e-5)
    assert not np.array_equal(panel.values[2], panel.values[3])


def test_a_picture_holds_fewer_slices_where_a_class_has_few(perfect, brains):
    few = dataclasses.replace(
        brains, train=brains.train.subset(np.array([0, 1, len(brains.train) - 1]))
    )
    picture = anatomy.Measured(perfect, few, 10).marked()
    assert picture.values.shape[0] == 2 * anatomy.ENLARGED * SIZE
