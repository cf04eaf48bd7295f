"""Phantoms as files: they are read as they were drawn, and a stopped run continues."""

import json
import shutil
from dataclasses import replace

import nibabel
import numpy as np
import pytest
from PIL import Image

from kgen.data import sources
from kgen.data.phantoms import Brains, findings, rows, truth, writing
from kgen.data.phantoms.person import CLASSES, grey_levels, upright, written

BRAINS, COUNT = Brains(size=32, tumours=True), 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("phantoms") / "brains"
    writing.write(out, BRAINS, COUNT, seed=3, ct=True)
    return out


@pytest.fixture(scope="module")
def table(folder):
    return rows.read_rows(folder / "table.csv")


def drawn(number, label=None):
    """The brain of a person of the folder."""
    ill = number // 2 % 2 == 1
    return replace(BRAINS, tumours=ill).subject(
        (3, number), number % 2 if label is None else label
    )


def test_the_files_hold_what_was_drawn(folder, table):
    for number in (0, 3):
        brain, row = drawn(number), table[number]
        images = {
            name: nibabel.load(folder / row[name]) for name in ("file", "tissue", "ct")
        }
        found = {
            name: np.asarray(image.dataobj)[..., 0] for name, image in images.items()
        }
        np.testing.assert_array_equal(found["file"], grey_levels(brain.image))
        np.testing.assert_array_equal(found["tissue"], brain.tissue)
        np.testing.assert_array_equal(found["ct"], np.rint(brain.ct))
        picture = Image.open(folder / "png" / row["label"] / f"{row['subject']}.png")
        np.testing.assert_array_equal(picture, upright(grey_levels(brain.image)))


def test_the_affine_says_where_a_pixel_lies(folder, table):
    image = nibabel.load(folder / table[0]["file"])
    assert nibabel.aff2axcodes(image.affine) == ("R", "A", "S")
    assert image.header.get_zooms()[:2] == pytest.approx((216 / 32, 216 / 32))
    assert image.header.get_xyzt_units()[0] == "mm"
    # The image is centred on the head, and the slice lies 12 mm above the origin of MNI152.
    assert image.affine @ (15.5, 15.5, 0, 1) == pytest.approx((0, -17, 12, 1))


def test_a_picture_is_turned_as_scans_are(folder):
    scans = sources.load(f"nifti:{folder}/table.csv", label="label")
    arrays = sources.load(
        f"npz:{folder}/brains.npz", subject="subject", facts="age,sex"
    )
    shown = dict(
        zip(arrays.train.facts["subject"], arrays.train.values["x"], strict=True)
    )
    both = [name for name in scans.train.facts["subject"] if name in shown]
    assert both
    for name, scan in zip(
        scans.train.facts["subject"], scans.train.values["x"], strict=True
    ):
        if name in both:
            same, mirrored = (
                np.corrcoef(scan.ravel(), shown[name][:, ::way].ravel())[0, 1]
                for way in (1, -1)
            )
            assert same > 0.99 > mirrored


def test_the_table_tells_the_truth(table):
    for number, row in enumerate(table):
        brain = drawn(number)
        assert row["label"] == CLASSES[number % 2] and row["sex"] == brain.sex
        # as people tell their age: nobody below 90 is 90
        assert 0.0 <= brain.age - float(row["age"]) < 0.1
        assert float(row["true_ventricle_area_mm2"]) == pytest.approx(
            brain.measures["ventricle_area_mm2"], abs=1e-3
        )
        wall, *_ = truth.millimetres(brain.latents)
        assert float(row["true_wall_mm"]) == pytest.approx(wall, abs=1e-4)
        assert row["tumour"] == str(number // 2 % 2)
        assert float(row["tumour_area_mm2"]) == pytest.approx(
            brain.measures.get("tumour_area_mm2", 0.0), abs=1e-3
        )
    ill = [(row["label"], row["tumour"]) for row in table]
    assert all(ill.count(kind) == COUNT // 4 for kind in {*ill}) and len({*ill}) == 4


def test_the_truth_holds_ceilings_and_classes(folder, table):
    found = json.loads((folder / "truth.json").read_text())
    assert found["accuracy_from_latents"] == pytest.approx(0.894, abs=1e-3)
    assert 0 <= found["accuracy_from_areas"] <= 1
    assert found["millimetres_per_pixel"] == 216 / 32
    assert found["options"]["seed"] == 3 and found["options"]["ct"]
    areas = [float(row["true_ventricle_area_mm2"]) for row in table]
    for number, name in enumerate(CLASSES):
        assert found["mean"][name]["true_ventricle_area_mm2"] == pytest.approx(
            np.mean(areas[number::2]), abs=1e-3
        )
        assert found["deviation"][name]["true_ventricle_area_mm2"] == pytest.approx(
            np.std(areas[number::2]), abs=1e-3
        )


def test_pairs_are_of_one_person_each(folder):
    with np.load(folder / "truth.npz") as arrays:
        pairs, change, latents = (
            arrays["counterfactual"],
            arrays["mean_change"],
            arrays["latents"],
        )
    assert pairs.shape == (COUNT, 2, 32, 32) and latents.shape == (COUNT, 3)
    for label in (0, 1):
        np.testing.assert_array_equal(
            pairs[5, label], upright(grey_levels(drawn(5, label).image))
        )
    np.testing.assert_allclose(
        change, pairs[:, 1].mean(axis=0) - pairs[:, 0].mean(axis=0), atol=1e-4
    )


def test_linear_classifiers_see_the_measures_and_the_age_alone(table):
    seen = findings.measured_columns(
        [name for name in table[0] if name.startswith("true_")]
    )
    assert "true_ventricle_area_mm2" in seen and "true_cortical_thickness_mm" in seen
    assert not any(
        part in name for name in seen for part in ("_z_", "wall", "thinning", "loss")
    )


@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("nifti:{}/table.csv", {"label": "label"}),
        ("folder:{}/png", {}),
        ("npz:{}/brains.npz", {"subject": "subject"}),
    ],
)
def test_every_form_is_a_data_set(folder, source, options):
    data = sources.load(source.format(folder), **options)
    shapes = {
        split.values["x"].shape[1:]
        for split in (data.train, data.validation, data.test)
    }
    assert shapes == {(32, 32, 1)} and data.train.fields["y"].class_names == list(
        CLASSES
    )
    assert (
        sum(
            len(split.values["x"]) for split in (data.train, data.validation, data.test)
        )
        == COUNT
    )


@pytest.mark.parametrize("cut", [0, 30])
def test_a_stopped_work_goes_on_to_the_same_end(folder, tmp_path, monkeypatch, cut):
    def stopping(path, row):
        if row["subject"] == "S0005":
            raise KeyboardInterrupt
        rows.append_row(path, row)

    out = tmp_path / "brains"
    monkeypatch.setattr(findings, "PAIRS", 1)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(writing, "append_row", stopping)
        writing.write(out, BRAINS, COUNT, seed=3, ct=True)
    text = (out / "table.csv").read_text()
    (out / "table.csv").write_text(text[: len(text) - cut])  # a row that was cut off
    writing.write(out, BRAINS, COUNT, seed=3, ct=True)
    for name in ("table.csv", "truth.json"):
        assert (out / name).read_text() == (folder / name).read_text()
    names = [
        {path.relative_to(where) for path in where.rglob("*")}
        for where in (out, folder)
    ]
    assert names[0] == names[1]


def test_a_finished_work_is_not_done_again(folder, monkeypatch):
    monkeypatch.setattr(Brains, "subject", None)
    assert writing.write(folder, BRAINS, COUNT, seed=3, ct=True)["classes"] == list(
        CLASSES
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 4}, "seed=3, not 4"),
        ({"subjects": 14}, "subjects=12, not 14"),
        ({"ct": False}, "ct=True, not False"),
    ],
)
def test_a_folder_of_other_phantoms_is_refused(folder, change, message):
    with pytest.raises(ValueError, match=message):
        writing.write(
            folder, BRAINS, **{"subjects": COUNT, "seed": 3, "ct": True, **change}
        )


def test_a_folder_begun_before_an_option_was_known_goes_on(folder, tmp_path):
    out = tmp_path / "older"
    shutil.copytree(folder, out)
    options = json.loads((out / "options.json").read_text())
    del options["misaligned"]
    (out / "options.json").write_text(json.dumps(options))
    assert writing.write(out, BRAINS, COUNT, seed=3, ct=True)["options"]["seed"] == 3
    with pytest.raises(ValueError, match=r"misaligned=0.0, not 4.0"):
        writing.write(out, replace(BRAINS, misaligned=4.0), COUNT, seed=3, ct=True)


@pytest.mark.parametrize("volumes", [False, True])
def test_the_table_tells_how_far_a_ct_lies_off(tmp_path, volumes):
    names = {"ct_right_mm", "ct_front_mm", "ct_up_mm"}
    aligned = Brains(size=32, volumes=volumes)
    off = replace(aligned, misaligned=4.0)
    rows_of = [
        written(tmp_path, "S", brains.subject(1), brains, ct=True)
        for brains in (aligned, off)
    ]
    assert not names & {*rows_of[0]}
    told = [value for name, value in rows_of[1].items() if name in names]
    assert told == pytest.approx(off.subject(1).ct_move, abs=1e-3)
    ct = np.squeeze(nibabel.load(tmp_path / rows_of[1]["ct"]).dataobj)
    np.testing.assert_array_equal(ct, np.rint(off.subject(1).ct))


def test_cts_that_are_not_written_cannot_be_moved(tmp_path):
    with pytest.raises(
        ValueError, match="misaligned=4.0 moves CTs, and none are written"
    ):
        writing.write(tmp_path / "new", Brains(misaligned=4.0), COUNT)
    assert not (tmp_path / "new").exists()


def test_a_folder_of_anything_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    for out in (tmp_path, tmp_path / "letter.txt"):
        with pytest.raises(
            FileExistsError, match=r"holds no phantoms\. Choose a new folder"
        ):
            writing.write(out, BRAINS, COUNT)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("subjects", "message"),
    [(9, "subjects=9 is not"), (10.5, "subjects=10.5 is not a whole")],
)
def test_too_few_persons_are_refused_before_any_work(tmp_path, subjects, message):
    with pytest.raises(ValueError, match=message):
        writing.write(tmp_path / "new", BRAINS, subjects)
    assert not (tmp_path / "new").exists()


def test_volumes_are_written_whole(tmp_path):
    brains = Brains(size=32, volumes=True)
    writing.write(tmp_path / "volumes", brains, 10)
    table = rows.read_rows(tmp_path / "volumes" / "table.csv")
    image = nibabel.load(tmp_path / "volumes" / table[1]["file"])
    np.testing.assert_array_equal(
        image.dataobj, grey_levels(brains.subject((0, 1), 1).image)
    )
    assert image.affine @ (15.5, 15.5, 15.5, 1) == pytest.approx((0, -17, 10, 1))
    assert float(table[1]["true_hippocampus_volume_mm3"]) > 0
    assert not (tmp_path / "volumes" / "png").exists()
