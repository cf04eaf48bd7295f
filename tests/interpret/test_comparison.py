"""The figure of the course, and the maps in it."""

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image as Picture

from kgen import interpret, plots
from kgen.fields import Image, Label, Volume
from kgen.plots import raster
from tests.conftest import AGES, tiny
from tests.interpret.networks import SHAPES, functional, two_headed

COLUMNS = ["original", "guided backprop", "Grad-CAM", "guided Grad-CAM", "occlusion"]


def image(rank=2):
    return np.random.default_rng(0).random(SHAPES[rank], dtype="float32")


def titles(figure):
    return [axes.get_title() for axes in figure.axes if axes.get_title()]


def rows(figure):
    return [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel()]


@pytest.mark.parametrize("build", [functional, two_headed])
@pytest.mark.parametrize("rank", SHAPES)
def test_the_figure_comes_from_one_call(build, rank, tmp_path):
    figure = interpret.comparison(build(rank), image(rank), path=tmp_path / "maps.png")
    assert titles(figure) == COLUMNS and len(figure.axes) == 5
    assert np.std(Picture.open(tmp_path / "maps.png")) > 10


def test_a_picture_of_two_classes_has_two_rows():
    model = functional()
    figure = interpret.comparison(model, image(), classes=[0, 2])
    assert len(figure.axes) == 10
    assert [row.partition(":")[0] for row in rows(figure)] == ["0", "2"]
    shown = raster(figure)
    assert not np.array_equal(shown[: len(shown) // 2], shown[len(shown) // 2 :])


def test_classes_have_their_names_and_numbers_their_unit():
    names = Label(3, ("oak", "ash", "elm"))
    model = tiny("acgan", {"x": Image((8, 8, 1)), "y": names})
    x = np.random.default_rng(0).random((8, 8, 1), dtype="float32")
    assert [
        row.split(":")[0]
        for row in rows(interpret.comparison(model, x, ["elm", "oak"]))
    ] == [
        "elm",
        "oak",
    ]
    regressor = tiny("regressor")
    (told,) = rows(interpret.comparison(regressor, x))
    assert told == f"{regressor.estimate(x[None]).item():.3g} years"


def test_a_dense_network_is_explained_by_what_is_possible():
    x = keras.Input((12, 10, 2))
    model = keras.Model(
        x, layers.Dense(3)(layers.Dense(4, activation="relu")(layers.Flatten()(x)))
    )
    figure = interpret.comparison(model, image())
    assert titles(figure) == [
        "original",
        "gradient",
        "integrated gradients",
        "occlusion",
    ]
    rows_ = keras.Input((6,))
    table = keras.Model(rows_, layers.Dense(2)(rows_))
    assert len(interpret.comparison(table, image()[0, :6, 0]).axes) == 4


def test_a_volume_is_shown_where_grad_cam_is_highest():
    values, maps = np.zeros((1, 4, 5, 5, 1)), {"map": np.zeros((1, 4, 5, 5))}
    values[0, 2], maps["map"][0, 2, 1, 1] = 1.0, 1.0
    figure = plots.explanations(values, maps, ["row"])
    assert figure.axes[0].images[0].get_array().min() == 1.0


def test_occlusion_of_volumes_takes_each_patch_once(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "kgen.interpret.comparing.occlusion",
        lambda *given, **_: asked.append(given[3:5]),
    )
    scans = np.random.default_rng(0).normal(size=(2, 16, 16, 16, 1)).astype("float32")
    model = tiny("regressor", {"x": Volume.of(scans, "x").fitted(scans), "y": AGES})
    interpret.covered(model, scans)
    interpret.covered(tiny("regressor"), np.zeros((1, 8, 8, 1), "float32"))
    assert asked == [(2, 2), (2, None)]
