"""Retinas of known truth: the fovea, the order of layers, light, fluid, and what is written."""

import csv

import numpy as np
import pytest
from PIL import Image

from kgen import data
from kgen.data.anomalies import check_normal
from kgen.data.retina import Retinas, appearance
from kgen.data.retina.fluid import KINDS, SUBRETINAL, pockets
from kgen.data.retina.layers import LAYERS, NAMES, mean_thickness
from kgen.data.retina.overview import overview
from kgen.data.retina.writing import write

BRIGHT = (
    "nerve fibres",
    "inner plexiform",
    "outer plexiform",
    "ellipsoid",
    "pigment epithelium",
)


@pytest.fixture(scope="module")
def eyes():
    """Six sharp eyes: without fluid, and with each kind of it."""
    sharp = Retinas(128)
    return [
        {kind: sharp.subject(seed, kind) for kind in (None, *KINDS)}
        for seed in range(6)
    ]


def test_inner_layers_end_at_the_fovea_and_outer_ones_thicken():
    fovea, far = mean_thickness(np.array([0.0, 1e6])).T
    thick = {layer.name: layer.thickness for layer in LAYERS}
    np.testing.assert_allclose(far, list(thick.values()))
    np.testing.assert_allclose(fovea[:3], 0.0, atol=1e-9)
    assert fovea[NAMES.index("outer nuclear")] == pytest.approx(60.0 * (1 + 0.1 + 0.45))
    assert fovea[NAMES.index("outer segments")] == pytest.approx(24.0 * 1.5)


def test_the_retina_is_as_thick_as_measured_in_people():
    # Maximum around the fovea 306 ± 16 to 332 ± 16 µm: Tick et al., 2011, doi:10.1167/iovs.10-7005.
    total = mean_thickness(np.linspace(-3000.0, 3000.0, 601)).sum(axis=0)
    assert 290.0 < total.max() < 348.0 and 200.0 < total.min() < 235.0
    assert abs(np.linspace(-3000.0, 3000.0, 601)[total.argmin()]) < 1.0


def test_bright_and_dark_layers_take_turns(eyes):
    shades = np.mean([layer_shades(eye[None]) for eye in eyes], axis=0)
    for number, name in enumerate(NAMES):
        for other in (number - 1, number + 1):
            if (
                name in BRIGHT
                and 0 <= other < len(NAMES)
                and NAMES[other] != "limiting membrane"
            ):
                assert shades[number] > shades[other], (name, NAMES[other])


def layer_shades(scan):
    """The mean grey level of each layer in the outer quarters, whose pixels it fills best."""
    rows = (np.arange(128) + 0.5) * 1000.0 / 128
    columns = np.r_[:32, 96:128]
    upper, lower = scan.surfaces[:-1, None, columns], scan.surfaces[1:, None, columns]
    inside = (rows[:, None] > upper) & (rows[:, None] < lower)
    return [scan.image[:, columns][layer].mean() for layer in inside]


def test_speckle_is_a_gamma_distribution_of_ten_looks():
    random, flat = np.random.default_rng(0), np.full((200, 200), 0.1)
    light = linear(appearance.seen(flat, 0 * flat, 0.0, random))
    assert light.mean() == pytest.approx(0.1 + appearance.FLOOR, rel=0.01)
    assert light.var() / light.mean() ** 2 == pytest.approx(
        1 / appearance.LOOKS, rel=0.05
    )


def test_light_falls_by_the_tissue_above():
    random, flat = np.random.default_rng(0), np.full((50, 4000), 0.1)
    light = (
        linear(appearance.seen(flat, 0 * flat, 10.0, random)).mean(axis=1)
        - appearance.FLOOR
    )
    slope = np.polyfit(np.arange(50), np.log(light), 1)[0]
    assert slope == pytest.approx(-2 * appearance.EXTINCTION * 10.0 * 0.1, rel=0.05)


def linear(grey):
    """Light of grey levels."""
    return 10 ** ((grey / 255.0 - 1.0) * appearance.RANGE / 10)


def test_vessels_have_an_optical_depth_in_its_range():
    places, depths = np.linspace(-3000.0, 3000.0, 400), np.linspace(0.0, 1000.0, 400)
    top, random = np.full(400, 300.0), np.random.default_rng(3)
    total = appearance.vessels(top, places, depths, random).sum(axis=0)
    assert appearance.DARKNESS[0] * 0.98 < total.max() < 2 * appearance.DARKNESS[1]
    assert total[np.abs(places) < 300.0].max() < 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_fluid_pushes_layers_up_and_leaves_the_rest_of_the_eye(eyes, kind):
    for eye in eyes:
        well, ill = eye[None], eye[kind]
        raised = well.surfaces - ill.surfaces
        np.testing.assert_array_equal(raised[-1], 0.0)
        assert raised[:4].min() > -1e-9 and (raised[0] >= raised[6] - 1e-9).all()
        dry = raised.max(axis=0) == 0
        dry &= np.roll(dry, 1) & np.roll(dry, -1)
        np.testing.assert_array_equal(well.image[:, dry], ill.image[:, dry])
        assert not well.fluid.any() and ill.fluid.any() and not ill.fluid[:, dry].any()


def test_subretinal_fluid_has_the_area_of_its_shape(eyes):
    for eye in eyes:
        scan, (pocket,) = eye[SUBRETINAL], pockets_of(eye[SUBRETINAL])
        area = scan.fluid.sum() * 1000.0 * 6000.0 / 128**2
        assert area == pytest.approx(8 / 15 * pocket[0] * pocket[1], rel=0.15)
        raised = eye[None].surfaces[0] - scan.surfaces[0]
        assert raised.max() == pytest.approx(pocket[1], rel=0.02)


def pockets_of(scan):
    return [(scan.measures["width_um"], scan.measures["height_um"])][
        : scan.measures["pockets"]
    ]


def test_fluid_is_dark_and_its_border_bright(eyes):
    for eye in eyes:
        scan = eye[KINDS[0]]
        assert scan.image[scan.fluid].mean() < scan.image[~scan.fluid].mean() - 30
    assert {len(pockets(KINDS[0], np.random.default_rng(seed))) for seed in range(40)} == {
        1, 2, 3, 4
    }  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("retina") / "eyes"
    return folder, write(folder, Retinas(32), 80)


def test_arrays_train_on_scans_without_fluid(written):
    folder, _ = written
    found = data.load(f"npz:{folder / 'retina.npz'}", normal_only=True)
    check_normal(found)
    facts = found.test.facts
    assert found.image_shape == (32, 32, 1) and 0 < facts["anomaly"].sum() < len(
        found.test
    )
    np.testing.assert_array_equal(
        facts["anomaly_mask"].any(axis=(1, 2)), facts["anomaly"]
    )


def test_pictures_and_truth_are_those_of_the_arrays(written):
    folder, counts = written
    arrays, surfaces = np.load(folder / "retina.npz"), np.load(folder / "surfaces.npz")
    assert sum(counts.values()) == 80 and arrays["anomaly"].sum() == 40
    assert 25 < counts["normal"] < 40 < counts["new"]
    assert (
        surfaces["surfaces"].shape == (80, 12, 32)
        and surfaces["layers"].tolist() == NAMES
    )
    with (folder / "truth.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["fluid"] for row in rows].count("subretinal") == 20
    for number, row in enumerate(rows):
        picture = np.asarray(Image.open(folder / row["file"]))
        np.testing.assert_array_equal(picture, arrays["x"][number, ..., 0])
        assert (row["fluid"] != "none") == arrays["anomaly"][number]
        assert row["file"].startswith("new") or row["fluid"] == "none"


def test_the_overview_has_the_masks_beneath_the_eyes():
    (axes,) = overview(Retinas(32)).axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[1:3] == ["intraretinal", "intraretinal, mask"]


def test_what_cannot_be_drawn_is_refused(written, tmp_path):
    folder, _ = written
    with pytest.raises(ValueError, match=r"size=31 is not a number in \[32, 256\]"):
        Retinas(31)
    with pytest.raises(ValueError, match=r"subjects=9 is not a number in \[10, "):
        write(tmp_path / "few", Retinas(), 9)
    with pytest.raises(FileExistsError, match="exists already. Choose a new folder"):
        write(folder, Retinas(32), 10)
    with pytest.raises(ValueError, match="Unknown kind of fluid 'macular'"):
        Retinas().subject(0, "macular")
