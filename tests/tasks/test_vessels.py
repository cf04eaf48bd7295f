"""What is measured and drawn of generated vessels."""

import functools

import numpy as np
import pytest

from kgen import tasks
from kgen.data import Data
from kgen.data.arteries import BRANCHES, Arteries
from kgen.data.arteries.centrelines import resampled
from kgen.fields import Centreline, Curve
from kgen.metrics import vessels
from kgen.tasks.study import Study
from tests.conftest import tiny

METRICS = {
    "length_distance", "tortuosity_distance", "radius_distance", "vessel_two_sample_accuracy",
    "vessel_detail_accuracy", "vessel_roughness", "self_intersections",
}  # fmt: skip


@functools.cache
def drawn(people, seed):
    every = [
        Arteries(seed).artery(person, branch)
        for person in range(people)
        for branch in BRANCHES
    ]
    return np.stack([resampled(artery.points, 32) for artery in every]).astype(
        "float32"
    )


@pytest.fixture(scope="module")
def data():
    x = drawn(60, seed=0)
    return Data.from_arrays("arteries", {"x": x}, {"x": Centreline.of(x, "x")})


class Perfect:
    """A model that draws real arteries of other persons."""

    def __init__(self, data, change=lambda x: x):
        self.fields, self.change = data.fields, change

    def generate(self, n, labels=None, seed=None):
        return self.change(drawn(-(-n // 3), seed=1)[:n])


def measured(model, data):
    found = tasks.load("vessels").measure(Study(model, data))
    assert set(found) == METRICS
    return found


def test_other_real_arteries_are_as_good_as_real_ones(data):
    found = measured(Perfect(data), data)
    for name in ("length_distance", "tortuosity_distance", "radius_distance"):
        assert found[name].value < 0.2
        assert found[name].baseline is not None
    assert found["vessel_two_sample_accuracy"].value == pytest.approx(0.5, abs=0.12)
    assert found["vessel_detail_accuracy"].value == pytest.approx(0.5, abs=0.12)
    assert found["vessel_roughness"].value == pytest.approx(
        found["vessel_roughness"].real, rel=0.2
    )
    assert found["vessel_detail_accuracy"].baseline > 0.75


@pytest.mark.parametrize(
    ("factors", "name", "value"),
    [
        ([2, 2, 2, 1], "length_distance", 0.7),
        ([1, 1, 1, 2], "radius_distance", 0.9),
        ([1, 1, 0.01, 1], "tortuosity_distance", 0.1),
    ],
)
def test_each_distance_sees_what_it_is_of(factors, name, value, data):
    found = measured(Perfect(data, lambda x: x * np.float32(factors)), data)
    assert found[name].value > value
    assert found["vessel_two_sample_accuracy"].value > 0.8


def test_noise_is_seen_by_the_details_alone(data):
    noise = np.random.default_rng(0).normal(0.0, 0.1, (180, 32, 3))

    def noisy(x):
        return np.concatenate([x[..., :3] + noise[: len(x)], x[..., 3:]], axis=-1)

    found = measured(Perfect(data, noisy), data)
    assert found["vessel_two_sample_accuracy"].value < 0.65
    assert found["vessel_detail_accuracy"].value > 0.9
    assert found["vessel_roughness"].value > 3 * found["vessel_roughness"].real


def test_the_task_is_of_centrelines_that_are_generated(data):
    task, values = (
        tasks.load("vessels"),
        np.random.default_rng(0).normal(size=(20, 16, 4)),
    )
    curves = Data.from_arrays("curves", {"x": values}, {"x": Curve.of(values, "x")})
    model = tiny("wgan-gp", data.fields)
    assert task.reason(model, data) is None
    assert "these are curves 16×4" in task.reason(model, curves)
    assert task.reason(tiny("regressor"), data) == "it draws no vessels"


def test_real_and_generated_vessels_are_drawn(data):
    task, model = tasks.load("vessels"), tiny("wgan-gp", data.fields)
    found = task.test_figures(model, data)
    assert set(found) == set(task.files)
    assert len(found["test_vessels.png"].axes) == len(vessels.ATTRIBUTES)
    names = [axes.get_title() for axes in found["test_vessels_in_space.png"].axes]
    assert names[:2] == ["real", "generated"]
