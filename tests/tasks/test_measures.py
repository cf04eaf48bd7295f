"""What the tasks of a model measure of it, on the digits."""

import dataclasses

import numpy as np
import pytest

from kgen import tasks
from kgen.abilities import Classifies, Conditional, Encodes, HasDensity
from kgen.fields import Image
from kgen.metrics import CATALOGUE
from kgen.metrics.catalogue import of_groups
from kgen.tasks import study
from kgen.tasks.study import Settings, Study
from tests.conftest import SHAPE, tiny

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def shared(digits):
    """A study whose real values, and the features of these, serve several models."""
    return Study(
        tiny("vae", digits.fields), digits, settings=Settings(samples=300, latents=2)
    )


def measured(name, model, data, latents=100):
    """What one task measures."""
    return tasks.load(name).measure(
        Study(model, data, settings=Settings(latents=latents))
    )


def everything(of):
    """The scores of all tasks of a study, and the reasons of those that do not apply."""
    found = {}
    for task in tasks.every():
        reason = task.reason(of.model, of.data)
        found |= (
            dict.fromkeys(of_groups(task.groups), reason)
            if reason
            else task.measure(of)
        )
    return found


@pytest.mark.parametrize("name", ["cvae-cgan", "vae", "vae-gan", "gan", "autoencoder"])
def test_every_metric_is_measured_or_left_out_with_a_reason(name, digits, shared):
    model = tiny(name, digits.fields)
    found = everything(shared.of(model))
    assert set(found) == {
        *CATALOGUE,
        *model.scalars,
        *map(model.loss_name, model.players),
        "loss",
    }
    scores = {key: score for key, score in found.items() if not isinstance(score, str)}
    assert all(
        np.isfinite([n for n in score if n is not None]).all()
        for score in scores.values()
    )
    for metric, ability in {
        "elbo": HasDensity, "active_units": Encodes, "reconstruction_mse": Encodes,
        "classifier_accuracy": Classifies,
        "nearest_neighbour_error": Conditional,
    }.items():  # fmt: skip
        assert (metric in scores) == isinstance(model, ability)


def test_the_bound_with_one_latent_is_the_elbo(digits):
    scores = measured("likelihood", tiny("cvae", digits.fields), digits, 1)
    assert scores["log_likelihood"].value == pytest.approx(
        scores["elbo"].value, rel=2e-3
    )
    # independent pixels: the mean image
    assert scores["elbo"].baseline == pytest.approx(-27.22, abs=0.05)
    assert isinstance(scores["bits_per_dimension"], str)


def test_bits_are_of_binary_pixels_or_of_stored_levels(digits):
    drawn = digits.binarised("static")
    binary = measured("likelihood", tiny("vae", drawn.fields), drawn, 1)
    assert binary["bits_per_dimension"].value == pytest.approx(
        -binary["log_likelihood"].value / 64 / np.log(2)
    )
    density = measured(
        "likelihood",
        tiny("vae", digits.fields, likelihood="continuous-bernoulli"),
        digits,
        1,
    )
    # The density of an untrained decoder is almost uniform: as many bits as there are levels.
    assert density["bits_per_dimension"].value == pytest.approx(np.log2(17), abs=0.1)


@pytest.mark.parametrize("latent_dim", [1, 4096])
def test_latents_of_any_size_are_measured(digits, latent_dim, monkeypatch):
    monkeypatch.setattr(study, "MOST", 200)
    model = tiny("vae", digits.fields, latent_dim=latent_dim)
    scores = {
        **measured("likelihood", model, digits, 3),
        **measured("latent", model, digits),
    }
    assert np.isfinite(scores["log_likelihood"].value)
    assert 0 <= scores["active_units"].value <= latent_dim


def test_latents_of_one_class_leave_the_probes_out_with_the_reason(digits):
    threes = dataclasses.replace(digits, **{
        name: split.subset(np.flatnonzero(split.labels == 3))
        for name, split in (("train", digits.train), ("test", digits.test))
    })  # fmt: skip
    scores = measured("latent", tiny("vae", digits.fields), threes)
    assert "at least two classes; these are of one" in scores["linear_probe"]
    assert scores["active_units"].value >= 0


def test_float_pixels_are_binary_only_if_they_are_black_or_white(digits):
    fields = {**digits.fields, "x": Image(SHAPE)}
    values = {**digits.test.values, "x": digits.test.scaled()}
    grey = dataclasses.replace(
        digits, test=dataclasses.replace(digits.test, values=values, fields=fields)
    )
    assert isinstance(
        measured("likelihood", tiny("vae", fields), grey, 1)["bits_per_dimension"], str
    )
    assert not grey.test.binary and digits.binarised("static").test.binary


def test_what_is_not_asked_for_is_not_measured(digits):
    settings = Settings(metrics=("active_units",))
    of = Study(tiny("vae", digits.fields), digits, settings=settings)
    assert set().union(
        *(task.measure(of) for task in tasks.applying(of.model, digits))
    ) == {"active_units"}
