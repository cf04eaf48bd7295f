"""The one style of all figures."""

import inspect
import io
import threading
from functools import partial

import matplotlib as mpl
import matplotlib.image
import numpy as np
import pytest
from PIL import Image as Picture

from kgen import plots
from kgen.fields import Image, Mask
from kgen.fields.mask import COLOURS
from kgen.plots.style import PALETTE, style
from tests.plots.test_names import FIGURES, ODD

# Colours as protanopes and deuteranopes see them, linear RGB, severity 1:
# Machado, Oliveira & Fernandes, 2009.
PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]
DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
]
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)
TOLD_APART = 8.0  # ΔE of CIE 1976


def lab(linear):
    """Linear RGB (n, 3) in CIE L*a*b*."""
    xyz = np.cbrt(np.clip(linear, 0, 1) @ TO_XYZ.T / TO_XYZ.sum(axis=1))
    return np.stack(
        [
            116 * xyz[:, 1] - 16,
            500 * (xyz[:, 0] - xyz[:, 1]),
            200 * (xyz[:, 1] - xyz[:, 2]),
        ],
        axis=1,
    )


def least_distance(palette, seen):
    """How far the two nearest colours of a palette are apart as someone sees them."""
    linear = np.array([mpl.colors.to_rgb(colour) for colour in palette]) ** 2.2
    points = lab(linear @ np.transpose(seen))
    apart = np.linalg.norm(points[:, None] - points, axis=-1)
    return apart[np.triu_indices(len(palette), 1)].min()


@pytest.mark.parametrize(
    "seen",
    [np.eye(3), PROTANOPIA, DEUTERANOPIA],
    ids=["all", "protanopia", "deuteranopia"],
)
def test_ten_colours_are_told_apart_by_everybody(seen):
    assert len({*PALETTE}) == 10
    assert least_distance(PALETTE, seen) > TOLD_APART


def test_the_check_of_colours_sees_those_that_are_alike():
    assert least_distance(mpl.color_sequences["tab10"], DEUTERANOPIA) < TOLD_APART


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_returned_saved_where_asked_and_leaves_no_settings_behind(
    name, tmp_path, monkeypatch
):
    before, path = dict(mpl.rcParams), tmp_path / "figure.png"
    assert "path" in inspect.signature(getattr(plots, name)).parameters
    monkeypatch.setattr(plots, name, partial(getattr(plots, name), path=path))
    figure = FIGURES[name](ODD, "title")
    shown = mpl.image.imread(path)
    assert shown.shape[:2] == tuple(
        np.round(figure.get_size_inches()[::-1] * figure.dpi).astype(int)
    )
    assert dict(mpl.rcParams) == before


def test_a_users_settings_do_not_reach_the_style_nor_the_style_theirs():
    with mpl.rc_context({"axes.titlesize": 30, "axes.spines.top": True}):
        axes = plots.curves([{"epoch": 1, "loss": 1.0}]).axes[0]
        assert axes.title.get_fontsize() == 9 and not axes.spines.top.get_visible()
        assert mpl.rcParams["axes.titlesize"] == 30


def test_threads_that_draw_at_once_leave_the_settings_as_they_were():
    before = dict(mpl.rcParams)
    inside = (threading.Event(), threading.Event())
    ended = threading.Event()

    def first():
        with style():
            inside[0].set()
            inside[1].wait(0.3)  # the second is held off meanwhile

    def second():
        with style():
            inside[1].set()
            ended.wait(5)

    threads = [threading.Thread(target=work) for work in (first, second)]
    threads[0].start()
    inside[0].wait(5)
    threads[1].start()
    threads[0].join(5)
    ended.set()
    threads[1].join(5)
    assert dict(mpl.rcParams) == before


def test_a_notebook_shows_a_small_picture():
    figure = plots.curves([{"epoch": 1, "loss": 1.0}])
    shown = figure._repr_png_()
    width = int.from_bytes(shown[16:20], "big")
    assert width == 90 * figure.get_size_inches()[0]


def test_a_notebook_shows_rare_classes_in_their_own_colour():
    random = np.random.default_rng(0)
    masks = (
        random.choice([0, 1, 2, 3], (1, 4, 4, 4, 1)).repeat(6, axis=2).repeat(6, axis=3)
    )
    masks[:, 0, 8:11, 8:11] = 4
    panels = [
        plots.Cells(random.random((1, 4, 24, 24, 1)), Image((24, 24, 1), 0.0, 1.0)),
        plots.Cells(masks, Mask((24, 24, 5), range(5))),
    ]
    with Picture.open(io.BytesIO(plots.stacked(panels)._repr_png_())) as shown:
        found = np.unique(np.asarray(shown.convert("RGB")).reshape(-1, 3), axis=0)
    apart = [np.abs(found - 255 * colour).sum(axis=1).min() for colour in COLOURS[:5]]
    assert max(apart) < 40
