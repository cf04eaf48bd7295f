"""Tables with several file columns: targets in a window, masks, two domains, and their faults."""

from collections import Counter

import nibabel
import numpy as np
import pytest

from kgen import data
from kgen.data.faults import Faulty
from kgen.data.scans.domains import FIELDS
from kgen.data.scans.whole import Whole, check_readable
from kgen.fields import Image, Mask, Volume
from tests.data.scans import SHAPE, head, people, table, write

COUNT = 24


def hounsfield(number):
    """A target that goes beyond any window: 2 x − 300."""
    return 2 * head(number) - 300


def tissue(number):
    """A mask of three classes."""
    return np.digitize(head(number), (150, 500)).astype("float32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """People with a scan, a target and a mask each."""
    folder = tmp_path_factory.mktemp("partners")
    columns = {
        name: [f"{name}/{number}.nii.gz" for number in range(COUNT)]
        for name in ("ct", "tissue")
    }
    people(folder, COUNT, **columns)
    for number in range(COUNT):
        write(folder / "ct" / f"{number}.nii.gz", hounsfield(number), codes="LPS")
        write(folder / "tissue" / f"{number}.nii.gz", tissue(number))
    return folder


def loaded(folder, **options):
    return data.load(f"nifti:{folder / 'people.csv'}", pixel=2, size=24, **options)


def test_a_target_lies_on_the_grid_of_its_scan_in_the_units_of_its_window(folder):
    found = loaded(folder, target="ct", window="-300,300")
    x, y = found.train["x"], found.train["y"]
    assert isinstance(found.fields["y"], Image) and (
        found.fields["y"].low,
        found.fields["y"].high,
    ) == (-300, 300)
    assert x.shape == y.shape == (len(x), 24, 24, 1) and y.dtype == "int16"
    assert y.min() == -300 and y.max() == 300
    # Where the scan is dark the target is air, and their brightest spots coincide.
    assert (y[x == 0] < -250).mean() > 0.98 and (y[x == 255] == 300).all()
    middle = [
        np.clip(hounsfield(number)[:, :, SHAPE[2] // 2], -300, 300)
        for number in range(COUNT)
    ]
    clipped = [2 * head(n)[:, :, SHAPE[2] // 2] - 300 > 300 for n in range(COUNT)]
    count, share = np.sum(clipped), np.mean(clipped)
    assert (
        f"y: {count:,} points ({share:.2%}) outside of window=-300,300 brought to its ends."
        in found.notes
    )
    assert {float(part.max()) for part in middle} == {300.0}


def test_a_mask_keeps_its_classes_and_turns_with_its_scan(folder):
    found = loaded(folder, mask="tissue")
    assert isinstance(found.fields["y"], Mask) and found.fields["y"].values == [0, 1, 2]
    x, y = found.train["x"], found.train["y"]
    assert set(np.unique(y)) == {0, 1, 2}
    assert x[y == 0].mean() < x[y == 1].mean() < x[y == 2].mean()
    assert "tissue" not in found.train.facts and "ct" in found.train.facts
    volumes = loaded(folder, mask="tissue", axis="none")
    assert volumes.fields["y"].is_volume and volumes.train["y"].shape == (
        len(y),
        24,
        24,
        24,
        1,
    )


def test_volumes_keep_the_window_whatever_values_the_training_has(folder):
    field = loaded(folder, target="ct", window="-500,3000", axis="none").fields["y"]
    assert isinstance(field, Volume) and (field.low, field.high) == (-500, 3000)
    least, greatest = (np.array([-500, 3000]) - field.mean) / field.deviation
    np.testing.assert_allclose(field.limits, (least, greatest), rtol=1e-6)


def test_a_window_without_any_point_is_refused(folder):
    told = r"window=5000,6000: holds no point of the targets, from -\d+ to [\d.e+]+\. Choose"
    with pytest.raises(Faulty, match=told):
        loaded(folder, target="ct", window="5000,6000")


def changed(folder, path, column, values):
    """A table like that of the folder, with some files of a column changed, by row."""
    files = [f"{folder}/scans/{number}.nii.gz" for number in range(COUNT)]
    names = [f"{folder}/{column}/{number}.nii.gz" for number in range(COUNT)]
    for row, name in values.items():
        names[row] = str(name)
    return f"nifti:{table(path, COUNT, file=files, **{column: names})}"


def moved(volume, path, millimetres):
    """A volume whose file lies as much to the right, the front and the top."""
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -2.0 * (np.array(SHAPE) // 2) + millimetres
    return write(path, volume, affine=affine)


def test_partners_lie_within_half_a_voxel(folder, tmp_path):
    far = moved(hounsfield(2), tmp_path / "far.nii.gz", 2)
    near = moved(hounsfield(3), tmp_path / "near.nii.gz", 0.5)
    turned = write(tmp_path / "turned.nii.gz", hounsfield(4), codes="PSL")
    rows = {2: far, 3: near, 4: turned}
    source = changed(folder, tmp_path, "ct", rows)
    told = "far.nii.gz: lies up to 3.46 mm away from its partner"
    with pytest.raises(Faulty, match=told) as error:
        data.load(source, target="ct", window="-300,300")
    assert len([fault for fault in error.value.faults if fault.fatal]) == 1


def test_every_partner_is_checked_whatever_is_wrong_with_others(folder, tmp_path):
    gaps, soft = hounsfield(4), tissue(6) / 2
    gaps[:, :, SHAPE[2] // 2] = np.nan
    wide = np.zeros((22, 24, 18), "float32")
    wide[3] = np.nan
    rows = {
        1: "lost.nii.gz",
        2: write(tmp_path / "wide.nii.gz", wide),
        3: write(tmp_path / "coarse.nii.gz", hounsfield(3), spacing=(2, 2, 3)),
        4: write(tmp_path / "gaps.nii.gz", gaps),
    }
    every = {"wide.nii.gz": 2, "coarse.nii.gz": 1, "gaps.nii.gz": 1}
    options = {"target": "ct", "window": "-300,300"}
    assert fatal_of(changed(folder, tmp_path, "ct", rows), options) == {
        **every,
        "lost.nii.gz": 1,
    }
    del rows[1]
    assert fatal_of(changed(folder, tmp_path, "ct", rows), options) == every
    masks = {2: rows[2], 5: write(tmp_path / "soft.nii.gz", soft)}
    found = fatal_of(changed(folder, tmp_path, "tissue", masks), {"mask": "tissue"})
    assert found == {"wide.nii.gz": 2, "soft.nii.gz": 1}


def fatal_of(source, options):
    """How many faults each file of a data set has."""
    with pytest.raises(Faulty) as error:
        data.load(source, **options)
    return Counter(fault.where for fault in error.value.faults if fault.fatal)


@pytest.mark.parametrize(("value", "told"), [
    (7, "strange.nii.gz: holds class 7 in 16 points, and none of the other 23 masks"),
    (-1, "strange.nii.gz: holds -1 in 288 points; .* whole numbers from 0 to 32767"),
    (70_000, "strange.nii.gz: holds 70000 in 288 points; .* from 0 to 32767"),
])  # fmt: skip
def test_strange_numbers_of_a_mask_are_told_with_their_file(
    value, told, folder, tmp_path
):
    mask = tissue(20)
    mask[8:12, 8:12] = value
    rows = {20: write(tmp_path / "strange.nii.gz", mask)}
    with pytest.raises(Faulty, match=told):
        data.load(changed(folder, tmp_path, "tissue", rows), mask="tissue")


def test_a_scan_in_place_of_a_mask_is_told_by_its_file(folder):
    rounded = "holds [0-9]+ different values from -300 to .*; a mask holds at most 64"
    with pytest.raises(Faulty, match=rounded):
        loaded(folder, mask="ct")


def test_domains_are_two_classes_however_many_the_column_has(folder):
    with pytest.raises(ValueError, match="domains are two classes; the column has '60"):
        loaded(folder, domains="age")


def test_two_classes_are_two_domains(folder):
    found = loaded(folder, domains="diagnosis")
    assert tuple(found.fields) == FIELDS and found.notes[0] == "a: ad · b: control"
    for part in (found.train, found.validation, found.test):
        for name, whose in (("a", 1), ("b", 0)):
            subjects = part.domains[name].facts["subject"]
            assert {int(one[1:]) % 2 for one in subjects} == {whose}
    assert found.spacing == (2.0, 2.0)
    turned = loaded(folder, domains="diagnosis:control")
    assert turned.notes[0] == "a: control · b: ad"
    np.testing.assert_array_equal(turned.train["a"], found.train["b"])
    with pytest.raises(
        ValueError, match="Unknown class of domains 'contrl'. Did you mean control"
    ):
        loaded(folder, domains="diagnosis:contrl")


def test_scans_and_targets_of_different_people_are_unpaired(folder):
    found = loaded(folder, target="ct", window="-300,300", unpaired="yes")
    assert found.fields["a"].high == 255 and found.fields["b"].low == -300
    subjects = [
        [{*part.domains[name].facts["subject"]} for name in FIELDS]
        for part in (found.train, found.validation, found.test)
    ]
    every = [one for part in subjects for one in part]
    assert sum(map(len, every)) == len(set.union(*every)) == COUNT


WRONG = {
    "wide": (
        lambda: np.zeros((22, 24, 18), "float32"),
        {},
        "has 22×24×18 voxels, and its partner 20×24×18",
    ),
    "coarse": (
        lambda: tissue(1),
        {"spacing": (2.0, 2.0, 3.0)},
        "has voxels of 2×2×3 mm, and its partner of 2×2×2",
    ),
}


def test_all_that_is_wrong_with_pairs_is_listed_at_once(folder, tmp_path):
    columns = {
        "tissue": [f"{folder}/tissue/{number}.nii.gz" for number in range(COUNT)]
    }
    files = [f"{folder}/scans/{number}.nii.gz" for number in range(COUNT)]
    for place, (name, (values, options, _)) in enumerate(WRONG.items()):
        write(tmp_path / f"{name}.nii.gz", values(), **options)
        columns["tissue"][place] = f"{tmp_path}/{name}.nii.gz"
    path = table(tmp_path, COUNT, file=files, **columns)
    with pytest.raises(Faulty) as error:
        data.load(f"nifti:{path}", mask="tissue")
    told = "\n".join(map(str, error.value.faults))
    assert all(reason in told for _, _, reason in WRONG.values())
    columns["tissue"][2] = "lost.nii.gz"
    path = table(tmp_path, COUNT, file=files, **columns)
    with pytest.raises(Faulty, match="lost.nii.gz: is not there"):
        data.load(f"nifti:{path}", mask="tissue")


def test_masks_hold_whole_numbers_and_no_class_that_training_lacks(folder, tmp_path):
    columns = {
        "tissue": [f"{folder}/tissue/{number}.nii.gz" for number in range(COUNT)]
    }
    columns["split"] = ["train"] * 18 + ["test"] * 6
    files = [f"{folder}/scans/{number}.nii.gz" for number in range(COUNT)]
    strange = tissue(20)
    strange[8:12, 8:12] = 7
    for row in (20, 21):
        columns["tissue"][row] = str(write(tmp_path / "strange.nii.gz", strange))
    path = table(tmp_path, COUNT, file=files, **columns)
    with pytest.raises(
        ValueError, match=r"class 7 is in 2 masks and in none for training"
    ):
        data.load(f"nifti:{path}", mask="tissue")
    columns["tissue"][20] = str(write(tmp_path / "soft.nii.gz", tissue(20) / 2))
    path = table(tmp_path, COUNT, file=files, **columns)
    with pytest.raises(
        Faulty,
        match=r"soft.nii.gz: holds 0.5 in .* points; a mask holds at most 64 whole numbers",
    ):
        data.load(f"nifti:{path}", mask="tissue")


@pytest.mark.parametrize(("options", "told"), [
    ({"target": "ct", "mask": "tissue"}, "y is one of them"),
    ({"mask": "tissue", "window": "-1,1"}, "window='-1,1' is of the images of target"),
    ({"target": "ct", "window": "1000"}, "not two numbers"),
    ({"unpaired": "yes"}, "Give target=COLUMN"),
    ({"domains": "diagnosis", "target": "ct"}, "b is one of them"),
    ({"domains": "diagnosis", "label": "sex"}, "both name the classes"),
    ({"domains": "label"}, "label='label': .*has no such column"),
    ({"domains": "diagnosis:ill"}, "Unknown class of domains 'ill'"),
    ({"anatomy": "brian"}, "Unknown anatomy 'brian'. Did you mean brain"),
    ({"target": "mri"}, "has no such column"),
    ({"target": "ct", "number": "age"}, "y is one of them"),
])  # fmt: skip
def test_wrong_options_are_told_before_any_scan_is_read(
    folder, options, told, monkeypatch
):
    monkeypatch.setattr("kgen.data.scans.series.prepared", None)
    with pytest.raises(ValueError, match=told):
        loaded(folder, **options)


def test_rare_ages_cannot_be_repeated_without_ages(tmp_path):
    path = table(tmp_path, COUNT, age=None)
    with pytest.raises(ValueError, match="oversample=true.*has no column 'age'"):
        data.load(f"nifti:{path}", label="diagnosis", oversample=True)


def test_a_scan_with_gaps_is_refused_before_a_model_is_applied(tmp_path):
    values = head()
    values[0, 0, :3] = np.nan
    path = write(tmp_path / "a.nii.gz", values)
    with pytest.raises(
        ValueError, match="a.nii.gz holds NaN or infinity in 3 voxels. Mend it"
    ):
        check_readable([path], lambda file: Whole.of(file, {}), (8, 8))


def test_the_affine_of_a_partner_may_turn_its_axes(folder):
    assert (
        "".join(nibabel.aff2axcodes(nibabel.load(folder / "ct" / "0.nii.gz").affine))
        == "LPS"
    )
