"""Coronary arteries: drawn ones against known geometry, and centrelines in tables of all forms."""

import csv
import re

import numpy as np
import pytest

from kgen import data
from kgen.data.arteries import BRANCHES, Arteries
from kgen.data.arteries.arteries import centreline
from kgen.data.arteries.centrelines import resampled
from kgen.data.arteries.writing import TABLE, VESSELS, write
from kgen.fields import Centreline
from kgen.fields.centreline import POINT, unevenness
from kgen.metrics import vessels

COUNT = 36


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The folder of a few arteries, and their truth."""
    folder = tmp_path_factory.mktemp("arteries") / "coronaries"
    return folder, write(folder, Arteries(seed=0), COUNT)


@pytest.fixture(scope="module")
def table(drawn):
    """The rows of the table of the truth."""
    with (drawn[0] / TABLE).open(newline="") as file:
        return list(csv.DictReader(file))


def helix(curvature, torsion, along):
    """The closed form of a curve of constant curvature and torsion, along its axis z."""
    whole = np.hypot(curvature, torsion)
    radius, pitch = curvature / whole**2, torsion / whole**2
    turns = whole * along
    return np.stack(
        [radius * np.cos(turns), radius * np.sin(turns), pitch * turns], axis=1
    )


def test_constant_curvature_and_torsion_make_a_helix():
    along = np.linspace(0.0, 120.0, 1201)
    found = centreline(along, np.full(1201, 0.05), np.full(1201, 0.02), (1.0, 0.0, 0.0))
    expected = helix(0.05, 0.02, along)
    # Both are the same curve, turned: distances from the first point tell.
    apart = (np.linalg.norm(points - points[0], axis=1) for points in (found, expected))
    np.testing.assert_allclose(*apart, atol=1e-2)


def test_a_circle_has_its_curvature_length_and_tortuosity():
    turns = np.linspace(0.0, np.pi, 401)
    circle = np.stack(
        [20 * np.cos(turns), 20 * np.sin(turns), 0 * turns, 0 * turns + 1], axis=1
    )
    found = {
        name: measure(circle[None])[0]
        for name, (measure, _) in vessels.ATTRIBUTES.items()
    }
    assert found["length"] == pytest.approx(20 * np.pi, rel=1e-4)
    assert found["tortuosity"] == pytest.approx(np.pi / 2, rel=1e-4)
    assert found["curvature"] == pytest.approx(1 / 20, rel=1e-4)
    assert found["mean radius"] == 1.0 and found["narrowing"] == 0.0


def test_arteries_have_the_attributes_of_their_branch(table):
    for branch, kind in BRANCHES.items():
        own = [row for row in table if row["branch"] == branch]
        means = {
            name: np.mean([float(row[name]) for row in own])
            for name in ("length", "curvature")
        }
        assert means["length"] == pytest.approx(kind.length, rel=0.15)
        assert means["curvature"] == pytest.approx(kind.curvature, rel=0.3)
    assert all(float(row["tortuosity"]) >= 1.0 for row in table)


def test_the_branches_differ_as_the_recipe_says():
    many = {
        branch: np.mean(
            [
                Arteries(1).artery(person, branch).truth["tortuosity"]
                for person in range(60)
            ]
        )
        for branch in BRANCHES
    }
    assert many["LAD"] == pytest.approx(1.11, abs=0.06)
    assert many["LCX"] == pytest.approx(1.20, abs=0.12)
    assert 1.5 < many["RCA"] < 2.3


def test_a_stenosis_is_where_and_as_deep_as_the_table_says(drawn):
    stenosed = [Arteries(2).artery(person, "LAD") for person in range(30)]
    stenosed = [artery for artery in stenosed if artery.stenosis]
    assert 4 <= len(stenosed) <= 18  # 35 % of 30
    for artery in stenosed:
        found = vessels.narrowing(artery.points[None])[0]
        assert found == pytest.approx(artery.stenosis, abs=0.06)
        place = np.argmin(
            artery.points[:, 3] / np.exp(-0.75 * np.linspace(0, 1, len(artery.points)))
        )
        assert place / len(artery.points) == pytest.approx(artery.at, abs=0.05)


def test_the_same_seed_draws_the_same_artery():
    first, again, other = (Arteries(seed).artery(3, "RCA").points for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or np.abs(first - other).max() > 1.0


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Arteries(-1), r"seed=-1 is not a number in \[0, inf\]"),
        (lambda: Arteries().artery(0, "RAC"), "Unknown branch 'RAC'. Did you mean RCA"),
    ],
)
def test_arteries_that_cannot_be_drawn_are_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()


def test_what_is_there_is_not_written_over(drawn, tmp_path):
    with pytest.raises(FileExistsError, match="exists already. Choose another folder"):
        write(drawn[0], Arteries(), COUNT)
    with pytest.raises(ValueError, match=r"vessels=29 is not a number in \[30,"):
        write(tmp_path / "few", Arteries(), 29)


def test_centrelines_are_read_with_their_facts_and_split_by_person(drawn):
    folder, _ = drawn
    found = data.load(
        f"centrelines:{folder / VESSELS}",
        table=str(folder / TABLE),
        label="branch",
        points=48,
    )
    x = found.fields["x"]
    assert (
        isinstance(x, Centreline)
        and x.points == 48
        and found.class_names == sorted(BRANCHES)
    )
    assert found.train["x"].shape[1:] == (48, 4) and found.train["x"].dtype == "float32"
    assert (found.train["x"][:, 0, :3] == 0).all()
    assert {"subject", "length", "stenosis"} <= set(found.train.facts)
    people = [
        set(part.facts["subject"])
        for part in (found.train, found.validation, found.test)
    ]
    assert not people[0] & people[2] and not people[0] & people[1]
    assert "were resampled by arc length to 48 each" in found.notes[0]
    np.testing.assert_allclose(
        vessels.length(found.train["x"]), found.train.facts["length"], rtol=2e-3
    )


def test_a_table_of_all_vessels_is_the_same_as_a_file_each(drawn, tmp_path):
    folder, _ = drawn
    files = sorted((folder / VESSELS).iterdir())
    lines = ["vessel,x,y,z,radius"]
    for file in files:
        lines += [f"{file.stem},{line}" for line in file.read_text().splitlines()[1:]]
    (tmp_path / "all.csv").write_text("\n".join(lines) + "\n")
    one = data.load(f"centrelines:{tmp_path / 'all.csv'}", points=32)
    many = data.load(f"centrelines:{folder / VESSELS}", points=32)
    np.testing.assert_array_equal(one.train["x"], many.train["x"])


def test_points_are_equally_far_apart_after_resampling():
    turns = np.linspace(0.0, 1.0, 40) ** 2 * np.pi  # crowded at one end
    circle = np.stack([np.cos(turns), np.sin(turns), 0 * turns, 1 + turns], axis=1)
    found = resampled(circle, 25)
    steps = np.linalg.norm(np.diff(found[:, :3], axis=0), axis=1)
    np.testing.assert_allclose(steps, steps.mean(), rtol=5e-3)
    np.testing.assert_allclose(np.linalg.norm(found[:, :2], axis=1), 1.0, atol=2e-3)
    np.testing.assert_allclose(found[[0, -1], 3], [1.0, 1.0 + np.pi])


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_steps_are_equal_along_rough_and_sparse_vessels_too(noise):
    points = Arteries(0).artery(1, "RCA").points.copy()
    points[:, :3] += np.random.default_rng(0).normal(0.0, noise, (len(points), 3))
    sharp = np.array([[0, 0, 0, 1], [10, 0, 0, 1], [0, 10, 0, 1], [10, 10, 0, 1.0]])
    for vessel in (points, points[::40], sharp):
        assert unevenness(resampled(vessel, 64)[None])[0] < 1.02


def in_units(folder, *scales):
    """The notes on arteries, each of them in units of its own."""
    folder.mkdir()
    for number, scale in enumerate(scales):
        points = scale * Arteries(0).artery(number, "LAD").points
        options = {"delimiter": ",", "header": "x,y,z,radius", "comments": ""}
        np.savetxt(folder / f"{number}.csv", points, **options)
    return "\n".join(data.load(f"centrelines:{folder}").notes)


def test_vessels_in_another_unit_are_told(tmp_path):
    mm = in_units(tmp_path / "mm", *[1.0] * 8)
    assert re.search(r"Vessels are \d+ to \d+ mm long, with mean radii of 1.\d* to", mm)
    assert "unit" not in mm and "times off" not in mm
    cm = in_units(tmp_path / "cm", *[0.1] * 8)
    assert re.search(r"A median radius of 0.1\d* mm is unusual.*convert them", cm)
    mixed = in_units(tmp_path / "mixed", *[1.0] * 7, 0.1)
    assert "1 vessel: length or mean radius more than 5 times off the median" in mixed


def test_what_splines_change_is_told(tmp_path):
    notes = in_units(tmp_path / "mm", *[1.0] * 8)
    found = re.search(r"by at most ([\d.]+) mm, and change a radius by at most", notes)
    assert 0.0 < float(found.group(1)) < 2.0


def test_a_vessel_that_zigzags_is_named(tmp_path):
    points = Arteries(0).artery(1, "RCA").points.copy()
    for name, noise in (("calm", 0.0), ("wild", 0.6)):
        points[:, :3] += np.random.default_rng(0).normal(0.0, noise, (len(points), 3))
        options = {"delimiter": ",", "header": "x,y,z,radius", "comments": ""}
        np.savetxt(tmp_path / f"{name}.csv", points, **options)
    (found,) = data.faults(f"centrelines:{tmp_path}")
    assert re.match(r"wild: zigzags: one step is .* Smooth its points", str(found))
    with pytest.raises(ValueError, match="wild: zigzags"):
        data.load(f"centrelines:{tmp_path}")


GOOD = "\n".join(["x,y,z,radius", *(f"{n},{n * n / 9},0.{n},1.5" for n in range(9))])
BAD = {
    "no_radius": GOOD.replace("radius", "width"),
    "gap": GOOD.replace("3,1.0,0.3,1.5", "3,1.0,0.3,"),
    "endless": GOOD.replace("3,1.0,0.3,1.5", "3,inf,0.3,1.5"),
    "narrow": GOOD.replace("1.5", "0.0", 1),
    "short": "\n".join(GOOD.splitlines()[:4]),
    "words": GOOD.replace("0.4,1.5", "0.4,wide"),
    "empty": "x,y,z,radius\n",
}


def test_all_faults_are_listed_at_once(tmp_path):
    for name, text in {**BAD, "good": GOOD}.items():
        (tmp_path / f"{name}.csv").write_text(text)
    found = "\n".join(map(str, data.faults(f"centrelines:{tmp_path}")))
    for told in (
        "no_radius.csv: has no column 'radius', only 'x', 'y', 'z', 'width'. Columns x, y, z,",
        "gap: radius is missing in 1 row, first in row 3. Fill it",
        "endless: y is infinite in 1 row, first in row 3. Mend it",
        "narrow: radius is not above 0 in 1 row, first in row 0, such as 0. Mend",
        "short: has 3 places, and at least 4 are needed",
        "words.csv: ",
        "empty.csv: ",
    ):
        assert told in found
    assert "good" not in found
    with pytest.raises(ValueError, match=r"has 7 faults\..*and 4 more"):
        data.load(f"centrelines:{tmp_path}")


def test_repeated_points_are_left_out_and_told(tmp_path):
    lines = GOOD.splitlines()
    for number in range(8):
        text = "\n".join([*lines[:3], *lines[2:]]) if number == 0 else GOOD
        (tmp_path / f"v{number}.csv").write_text(text)
    found = data.load(f"centrelines:{tmp_path}", points=24)
    assert "Left out, as they repeat the point before them: 1 point." in found.notes


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            {"label": "branch"},
            "label='branch' is a column of a table; give table=FILE too",
        ),
        ({"points": 12}, r"points=12 is not a number in \[18, 10000\]"),
        ({"coefficients": 4}, "coefficients=4 is not a whole number from 8 to 62"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, told, drawn):
    with pytest.raises(ValueError, match=told):
        data.load(f"centrelines:{drawn[0] / VESSELS}", **options)


def test_a_table_must_know_every_vessel_once(drawn, tmp_path):
    folder, _ = drawn
    first, *rows = (folder / TABLE).read_text().splitlines()
    (tmp_path / "table.csv").write_text("\n".join([first, *rows[1:], rows[4]]) + "\n")
    with pytest.raises(
        ValueError, match=r"names 'artery_00004' twice.*no row for 'artery_00000'"
    ):
        data.load(f"centrelines:{folder / VESSELS}", table=str(tmp_path / "table.csv"))


def test_a_folder_without_tables_says_what_is_needed(tmp_path):
    with pytest.raises(
        ValueError, match=r"holds no .csv or .tsv files.*x, y, z, radius in mm"
    ):
        data.load(f"centrelines:{tmp_path}")
    with pytest.raises(FileNotFoundError, match="no file or folder"):
        data.load(f"centrelines:{tmp_path / 'none'}")


def test_vessels_written_as_a_table_are_read_again(drawn, tmp_path):
    curves = np.stack([Arteries().artery(n, "LCX").points[:24] for n in range(8)])
    field = Centreline.of(curves, "x", 8)
    found = field.tabled("x", curves, {"y": np.array(list("aabbaabb"))})
    rows = [
        ",".join(found),
        *(",".join(map(str, row)) for row in zip(*found.values(), strict=True)),
    ]
    (tmp_path / "drawn.csv").write_text("\n".join(rows) + "\n")
    assert list(found) == ["vessel", *POINT, "class"] and found["class"][24] == "a"
    again = data.load(
        f"centrelines:{tmp_path / 'drawn.csv'}", points=24, coefficients=8
    )
    assert len(again.train) + len(again.validation) + len(again.test) == 8
    lengths = np.sort(
        np.concatenate(
            [
                vessels.length(p["x"])
                for p in (again.train, again.validation, again.test)
            ]
        )
    )
    np.testing.assert_allclose(lengths, np.sort(vessels.length(curves)), rtol=1e-3)
