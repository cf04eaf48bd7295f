"""Scans named by a table: how they are turned, sliced, resampled, divided, cached and refused."""

import gzip
import re
import shutil

import nibabel
import numpy as np
import pytest

from kgen import data
from kgen.data import streams
from kgen.data.scans.cut import Cut
from kgen.data.scans.framing import Framing, as_seen, head_in
from kgen.data.scans.scan import Scan
from kgen.fields import Image, Label, Number, Volume
from tests.data.scans import SHAPE, head, people, table, write, write_series

SPLITS = "train", "validation", "test"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """The folder of a table of 24 people, which tests do not change."""
    folder = tmp_path_factory.mktemp("cohort")
    people(folder)
    return folder


def load(folder, **options):
    return data.load(
        f"nifti:{folder / 'people.csv'}", **{"label": "diagnosis", **options}
    )


def every(found, name="x"):
    """The values of all splits."""
    return np.concatenate([getattr(found, split)[name] for split in SPLITS])


def by_subject(found):
    """The image of every subject."""
    parts = [getattr(found, split) for split in SPLITS]
    return {
        who: image
        for part in parts
        for who, image in zip(part.facts["subject"], part["x"], strict=True)
    }


@pytest.mark.parametrize("codes", ["RAS", "LPS", "PIR", "LAS", "SRP", "AIL"])
def test_a_head_is_the_same_whatever_way_its_file_stores_it(codes, tmp_path):
    scan = Scan.of(write(tmp_path / "a.nii", codes=codes, spacing=(1.0, 2.0, 3.0)))
    np.testing.assert_array_equal(scan.values, head())
    assert scan.spacing == (1.0, 2.0, 3.0)
    np.testing.assert_allclose(scan.origin, [-10, -24, -27])


def test_one_volume_of_a_series_of_one_is_read(tmp_path):
    np.testing.assert_array_equal(
        Scan.of(write(tmp_path / "a.nii", head()[..., None])).values, head()
    )


def test_an_oblique_head_is_turned_to_the_nearest_axes(tmp_path):
    angle = np.deg2rad(20)
    affine = np.eye(4)
    affine[:2, :2] = 2 * np.array(
        [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    )
    scan = Scan.of(write(tmp_path / "a.nii", affine=affine))
    np.testing.assert_array_equal(scan.values, head())
    np.testing.assert_allclose(scan.spacing, (2, 2, 1))


@pytest.mark.parametrize(
    ("axis", "rows", "columns"), [("z", 1, 0), ("y", 2, 0), ("x", 2, 1)]
)
def test_slices_are_seen_as_radiologists_see_them(axis, rows, columns):
    values = np.zeros(SHAPE, "float32")
    values[15, 18, 14] = 1  # at the right, the front and the top
    scan = Scan(values, (1, 1, 1), np.zeros(3), b"")
    place = {"z": 14, "y": 18, "x": 15}[axis]
    image = as_seen(Cut(axis, index=place).of(scan))
    assert image.shape == (SHAPE[rows], SHAPE[columns])
    row, column = np.argwhere(image)[0]
    # the right, or the nose, is at the left
    assert row < SHAPE[rows] / 2 and column < SHAPE[columns] / 2


def test_the_middle_planes_of_a_volume_are_seen_alike():
    scan = Scan(head(), (1, 1, 1), np.zeros(3), b"")
    volume = as_seen(Cut("none").of(scan))
    assert volume.shape == SHAPE[::-1]
    np.testing.assert_array_equal(
        volume[SHAPE[2] - 1 - 9], as_seen(Cut("z", index=9).of(scan))
    )
    np.testing.assert_array_equal(
        volume[:, SHAPE[1] - 1 - 8], as_seen(Cut("y", index=8).of(scan))
    )


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_a_slice_by_millimetre_is_that_by_index(axis, tmp_path):
    scan = Scan.of(write(tmp_path / "a.nii", codes="PIR", spacing=(1.5, 2.0, 2.5)))
    number = "xyz".index(axis)
    for index in (3, 9):
        millimetre = float(scan.origin[number] + index * scan.spacing[number])
        by_index = Cut(axis, index=index).of(scan)
        by_millimetre = Cut(axis, millimetre=millimetre).of(scan)
        np.testing.assert_array_equal(by_index, by_millimetre)
    between = Cut(
        axis, millimetre=float(scan.origin[number] + 3.25 * scan.spacing[number])
    ).of(scan)
    mixed = 0.75 * Cut(axis, index=3).of(scan) + 0.25 * Cut(axis, index=4).of(scan)
    np.testing.assert_allclose(between, mixed, rtol=1e-5)


def test_pixels_of_the_own_size_are_kept_as_they_are():
    values = head()[:, :, 9]
    shades = Framing(2.0, (24, 24), (0.0, 100.0)).of_values(values, (2.0, 2.0))
    inside = head_in(values)
    low, high = values[inside].min(), values[inside].max()
    expected = np.rint(255 * np.clip((values - low) / (high - low), 0, 1)).astype(
        "uint8"
    )
    assert any(
        (shades[2 + shift : 22 + shift] == expected).all() for shift in (-1, 0, 1)
    )


def test_spacings_are_brought_to_square_pixels(tmp_path):
    fine = np.repeat(np.repeat(head(), 2, axis=0), 4, axis=1)
    people(tmp_path, 12)
    write(tmp_path / "scans" / "0.nii.gz", fine, spacing=(1.0, 0.5, 2.0))
    write(tmp_path / "scans" / "1.nii.gz", head())
    images = by_subject(load(tmp_path, pixel=2, size=24))
    assert images["P0"].shape == (24, 24, 1)
    apart = np.abs(images["P0"].astype(int) - images["P1"])
    # smoothed by the resampling alone
    assert np.median(apart) == 0 and apart.mean() < 12


def test_the_head_is_in_the_middle_wherever_it_lies_in_the_volume(tmp_path):
    people(tmp_path, 12)
    moved = np.pad(head(), ((0, 10), (6, 0), (0, 0)))
    write(tmp_path / "scans" / "0.nii.gz", moved)
    write(tmp_path / "scans" / "1.nii.gz", head())
    images = by_subject(load(tmp_path, size="30x26"))
    assert images["P0"].shape == (30, 26, 1)
    np.testing.assert_array_equal(images["P0"], images["P1"])


def test_brightness_is_that_of_percentiles_inside_the_head(tmp_path):
    people(tmp_path, 12)
    write(tmp_path / "scans" / "0.nii.gz", head())
    write(tmp_path / "scans" / "1.nii.gz", 10 * head())
    found = load(tmp_path, size=24)
    images = by_subject(found)
    np.testing.assert_array_equal(images["P0"], images["P1"])
    assert images["P0"].dtype == np.uint8 and found.fields["x"].high == 255
    share = (images["P0"][images["P0"] > 0] == 255).mean()
    assert 0 < share < 0.05


def test_a_table_becomes_fields_and_facts(cohort):
    found = load(cohort, anatomy="brain", pixel=2, size=16)
    assert isinstance(found.fields["x"], Image) and found.image_shape == (16, 16, 1)
    assert found.fields["y"] == Label(2, ["ad", "control"]) and found.anatomy == "brain"
    assert found.spacing == (2.0, 2.0)
    assert set(found.train.facts) == {"subject", "age"}
    for who, label in zip(
        found.train.facts["subject"], found.train.labels, strict=True
    ):
        assert found.class_names[label] == ("ad" if int(who[1:]) % 2 else "control")
    assert (
        "axial slices of 16×16 pixels of 2 mm, the patient's right at the left"
        in str(found)
    )
    assert "divided by subject: " in str(
        found
    ) and "subjects in training / validation / test: ad: " in str(found)


def test_each_subject_has_its_own_image(cohort):
    images = by_subject(load(cohort, pixel=2, size=24, index=9))
    for number in (0, 7, 23):
        scan = Scan(head(number), (2.0, 2.0, 2.0), np.zeros(3), b"")
        own = Framing(2.0, (24, 24), (1.0, 99.0)).of_values(
            as_seen(Cut("z", index=9).of(scan)), (2.0, 2.0)
        )
        np.testing.assert_array_equal(images[f"P{number}"][..., 0], own)


def test_numbers_and_their_unit(cohort):
    found = load(cohort, label=None, number="age", unit="years")
    assert isinstance(found.fields["y"], Number) and found.fields["y"].unit == "years"
    assert sorted(every(found, "y").tolist()) == sorted(
        60.0 + number % 20 for number in range(24)
    )


@pytest.mark.parametrize("memory", ["2GB", "50KB"], ids=["in memory", "mapped"])
def test_whole_volumes(cohort, memory):
    found = load(cohort, axis="none", size="18x24x20", pixel=2, memory=memory)
    assert isinstance(found.fields["x"], Volume) and found.image_shape == (
        18,
        24,
        20,
        1,
    )
    assert found.spacing == (2.0, 2.0, 2.0)
    images = by_subject(found)
    for number in (0, 7, 23):
        scan = Scan(head(number), (2.0, 2.0, 2.0), np.zeros(3), b"")
        own = Framing(2.0, SHAPE[::-1], (1.0, 99.0)).of_values(
            as_seen(scan.values), scan.spacing
        )
        np.testing.assert_array_equal(images[f"P{number}"][..., 0], own)
    batch, labels = next(iter(found.train.batches(4)))
    assert batch.shape == (4, 18, 24, 20, 1) and labels.shape == (4,)
    drawn = [images[who].tobytes() for who in images]
    assert all(volume.tobytes() in drawn for volume in np.array(batch))


def test_volumes_beyond_the_memory_are_mapped_from_the_cache(cohort):
    mapped, held = (
        load(cohort, axis="none", memory=memory) for memory in ("50KB", "2GB")
    )
    assert [_is_mapped(found.train["x"]) for found in (mapped, held)] == [True, False]
    for first, second in zip(
        mapped.train.batches(4, seed=1).take(3),
        held.train.batches(4, seed=1).take(3),
        strict=True,
    ):
        for one, other in zip(first, second, strict=True):
            np.testing.assert_array_equal(one, other)
    assert mapped.fingerprint == held.fingerprint


def test_a_stream_of_mapped_volumes_holds_only_its_batches(cohort, monkeypatch):
    found = load(cohort, axis="none", memory="50KB")
    held, constant = [], streams.tf.constant
    monkeypatch.setattr(
        streams.tf,
        "constant",
        lambda *values, **how: held.append(values[0]) or constant(*values, **how),
    )
    next(iter(found.train.batches(4)))
    next(iter(found.test.ordered(4)))
    sizes = [np.size(values) for values in held]
    assert sizes and max(sizes) <= len(found.train)


def _is_mapped(array):
    while array is not None and not isinstance(array, np.memmap):
        array = array.base
    return isinstance(array, np.memmap)


def test_what_is_cached_opens_no_file(cohort, monkeypatch):
    first = load(cohort)

    def fails(*_, **__):
        raise OSError("a file was opened")

    monkeypatch.setattr(nibabel, "load", fails)
    np.testing.assert_array_equal(every(load(cohort)), every(first))
    with pytest.raises(ValueError, match="a file was opened"):
        load(cohort, percentiles="2,98")


def test_a_changed_file_is_read_anew(tmp_path):
    people(tmp_path, 12)
    before = by_subject(load(tmp_path))
    write(tmp_path / "scans" / "3.nii.gz", head(99))
    after = by_subject(load(tmp_path))
    assert [who for who in before if not np.array_equal(before[who], after[who])] == [
        "P3"
    ]


def test_official_splits_are_those_of_the_table(tmp_path):
    parts = ["train"] * 14 + ["val"] * 4 + ["Test"] * 6
    people(tmp_path, split=parts)
    found = load(tmp_path)
    whose = [
        sorted(int(who[1:]) for who in getattr(found, split).facts["subject"])
        for split in SPLITS
    ]
    assert whose == [list(range(14)), list(range(14, 18)), list(range(18, 24))]
    assert "split" not in found.train.facts
    table(tmp_path, split=["train"] * 18 + ["test"] * 6)
    found = load(tmp_path)
    assert sorted(int(who[1:]) for who in found.test.facts["subject"]) == list(
        range(18, 24)
    )
    assert len(found.train) + len(found.validation) == 18
    with pytest.raises(ValueError, match="fold=0 takes the test out of all values"):
        load(tmp_path, fold=0)


def test_another_table_is_the_test(tmp_path):
    whole = people(tmp_path)
    lines = whole.read_text().splitlines()
    (tmp_path / "test.csv").write_text("\n".join([lines[0], *lines[19:]]))
    whole.write_text("\n".join(lines[:19]))
    found = load(tmp_path, test=str(tmp_path / "test.csv"))
    assert sorted(found.test.facts["subject"]) == sorted(
        f"P{number}" for number in range(18, 24)
    )


@pytest.mark.parametrize(("lacking", "told"), [
    ("diagnosis", "label='diagnosis': .*test.csv has no such column"),
    ("subject", "test.csv does not say whose the scans are"),
])  # fmt: skip
def test_the_table_of_the_test_has_the_columns_of_the_training(lacking, told, tmp_path):
    table(tmp_path, **{lacking: None}).rename(tmp_path / "test.csv")
    with pytest.raises(ValueError, match=told):
        load(table(tmp_path).parent, test=str(tmp_path / "test.csv"))


def test_folds_are_disjoint_and_cover_everyone(cohort):
    tests = [load(cohort, fold=fold).test.facts["subject"] for fold in range(5)]
    assert sorted(np.concatenate(tests)) == sorted(f"P{number}" for number in range(24))


def test_without_subjects_a_warning_is_told(tmp_path):
    people(tmp_path, subject=None)
    found = load(tmp_path)
    assert "no subject column: slices of one person may be in two splits" in str(found)
    assert "of every class and age bracket alike" in str(found)
    with pytest.raises(ValueError, match="subject='person': .* has no such column"):
        load(tmp_path, subject="person")


def _damaged(path):
    path.write_bytes(path.read_bytes()[:-200])


def _cut_off(path):
    path.write_bytes(path.read_bytes()[:40])


def _four(path):
    write(path, np.stack([head(), head(1)], axis=-1))


def _nan(path):
    values = head(500)
    values[3, 4, 5] = np.nan
    write(path, values)


def _flat(path):
    write(path, np.zeros(SHAPE, "float32"))


def _no_brain(path):
    write(path, np.where(np.arange(SHAPE[2]) == 9, 0, head(501)).astype("float32"))


def _small(path):
    write(path, head(502, (20, 24, 6)))


def _copied(path):
    with (
        gzip.open(path.with_name("1.nii.gz")) as source,
        gzip.open(path, "wb", 1) as target,
    ):
        shutil.copyfileobj(source, target)


def _no_nifti(path):
    path.write_bytes(b"a letter to the editor" * 40)


FAULTS = {
    "missing": (lambda path: path.unlink(), "is not there. Put it to"),
    "damaged gzip": (_damaged, "cannot be read (Compressed file ended before"),
    "cut off in its header": (_cut_off, "cannot be read"),
    "no NIfTI": (_no_nifti, "cannot be read"),
    "four axes": (
        _four,
        "holds 4 axes, 20×24×18×2, and a volume has three. Cut one volume out",
    ),
    "NaN": (_nan, "holds NaN or infinity in 1 voxel. Mend it"),
    "black": (_flat, "all of it has the one shade 0. Choose another"),
    "a black slice": (_no_brain, "all of it has the one shade 0. Choose another"),
    "a slice outside": (
        _small,
        "index=9 lies outside: along z it goes from 0 to 5. Choose another",
    ),
    "a copy": (_copied, "holds the same values as 1.nii.gz. Keep one of them"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_file_is_told_with_its_name_and_the_way_out(fault, tmp_path):
    spoil, told = FAULTS[fault]
    people(tmp_path, 12)
    spoil(tmp_path / "scans" / "5.nii.gz")
    with pytest.raises(
        ValueError, match=rf"has 1 fault\. 5\.nii\.gz: .*{re.escape(told)}"
    ):
        load(tmp_path, index=9)


def test_all_faults_are_found_at_once(tmp_path):
    people(tmp_path, 24, subject=[f"P{number // 2}" for number in range(24)])
    for number, (spoil, _) in enumerate(FAULTS.values(), start=4):
        spoil(tmp_path / "scans" / f"{number}.nii.gz")
    found = data.faults(f"nifti:{tmp_path / 'people.csv'}", label="diagnosis", index=9)
    files = [
        fault.where
        for fault in found
        if fault.fatal and fault.where.endswith(".nii.gz")
    ]
    assert sorted(files) == sorted(
        f"{number}.nii.gz" for number in range(4, 4 + len(FAULTS))
    )
    for number, (_, told) in enumerate(FAULTS.values(), start=4):
        assert any(str(fault).startswith(f"{number}.nii.gz: {told}") for fault in found)
    assert sum("has the labels control and ad" in fault.reason for fault in found) == 12
    assert not list((tmp_path / "cache").rglob("images.npy"))


TABLES = {
    "one class": ({"diagnosis": ["ad"] * 24}, "all are of the one class 'ad'"),
    "too few of a class": (
        {"diagnosis": ["ad"] * 21 + ["mci"] * 3}, "class 'mci' has 3 values; 5 are needed"
    ),
    "a subject of two labels": (
        {"subject": ["P0", *[f"P{n}" for n in range(23)]]}, "subject 'P0' has the labels"
    ),
    "a subject in two splits": (
        {"subject": ["P22", *[f"P{n}" for n in range(1, 24)]],
         "split": ["train"] * 18 + ["test"] * 6},
        "subject 'P22' is in the splits train and test",
    ),
    "an unknown split": (
        {"split": ["train"] * 18 + ["later"] * 6}, "the column 'split' holds 'later'"
    ),
    "too few subjects": (
        {"subject": [f"P{n % 2}" for n in range(24)]}, "of 1 subject cannot be in each of 3 splits"
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", TABLES)
def test_a_fault_of_the_table_is_told(fault, cohort, tmp_path):
    columns, told = TABLES[fault]
    files = [str(cohort / "scans" / f"{number}.nii.gz") for number in range(24)]
    path = table(tmp_path, file=files, **columns)
    found = [
        str(fault)
        for fault in data.faults(f"nifti:{path}", label="diagnosis")
        if fault.fatal
    ]
    assert len(found) == 1 and "people.csv: " in found[0] and told in found[0]


def test_numbers_that_are_none_are_told(tmp_path):
    people(
        tmp_path,
        age=["old" if number in (4, 7) else 60 + number for number in range(24)],
    )
    (found,) = [
        fault
        for fault in data.faults(f"nifti:{tmp_path / 'people.csv'}", number="age")
        if fault.fatal
    ]
    assert str(found).startswith(
        "people.csv: what should be a number is old in row 4, one of 2 such rows. Mend them"
    )


def test_what_differs_is_told_and_mended(tmp_path):
    people(tmp_path, 12)
    write(tmp_path / "scans" / "1.nii.gz", head(1), codes="LPS")
    write(
        tmp_path / "scans" / "2.nii.gz", head(2, (24, 24, 18)), spacing=(1.0, 1.0, 2.0)
    )
    path = tmp_path / "scans" / "3.nii.gz"
    nibabel.save(nibabel.Nifti1Image(head(3), None), path)
    told = str(load(tmp_path))
    assert "differ in their orientations, 10 of RAS, 1 of LPS, 1 of LAS" in told
    assert "differ in their sizes, 11 of 20×24×18, 1 of 24×24×18" in told
    assert "differ in their spacings" in told
    assert "3.nii.gz: says nothing of its orientation (qform and sform code 0)" in told
    assert told in str(load(tmp_path))  # from the cache


@pytest.mark.parametrize(("options", "message"), [
    ({"axis": "w"}, "axis='w' is not known. Choose z"),
    ({"index": 3, "millimetre": 2},
     "millimetre=2.0 and index=3 with axis=z: a slice has one place"),
    ({"axis": "none", "index": 3}, "index=3 with axis=none"),
    ({"pixel": 0}, "pixel=0.0 is not a finite number above 0"),
    ({"size": "64xx"}, "size='64xx' is not a number of pixels"),
    ({"percentiles": "99,1"}, "percentiles='99,1' are not two numbers"),
    ({"anatomy": "heart"}, "Unknown anatomy 'heart'"),
    ({"label": "diagnosys"}, "label='diagnosys': .* has no such column. Did you mean diagnosis"),
    ({"number": "age"}, "y is one of them"),
])  # fmt: skip
def test_an_option_that_cannot_be_is_refused(options, message, cohort):
    with pytest.raises(ValueError, match=message):
        load(cohort, **options)


def test_a_dicom_series_is_the_volume_of_its_nifti_file(tmp_path):
    pytest.importorskip(
        "pydicom", reason="DICOM is read by pydicom: pip install keras-kgen[dicom]"
    )
    values = np.rint(head() / 2) * 2
    stored = Scan.of(write(tmp_path / "a.nii", values, spacing=(1.5, 2.0, 3.0)))
    series = Scan.of(write_series(tmp_path / "a", values, spacing=(1.5, 2.0, 3.0)))
    np.testing.assert_allclose(series.values, stored.values, atol=1e-3)
    np.testing.assert_allclose(series.spacing, stored.spacing)
    np.testing.assert_allclose(series.origin, stored.origin)


def _without_a_slice(folder):
    (folder / "004.dcm").unlink()


def _of_two_series(folder):
    write_series(folder.with_name("other"), head(3))
    shutil.copy(folder.with_name("other") / "004.dcm", folder / "x.dcm")


def _with(folder, **attributes):
    import pydicom

    part = pydicom.dcmread(folder / "004.dcm")
    for name, value in attributes.items():
        setattr(part, name, value)
    part.save_as(folder / "004.dcm")


def _frames(folder):
    _with(folder, NumberOfFrames=2)


def _in_colour(folder):
    _with(folder, SamplesPerPixel=3, PhotometricInterpretation="RGB")


def _empty(folder):
    for path in folder.iterdir():
        path.unlink()


SERIES = {
    "a slice lacks": (
        _without_a_slice,
        "its slices are 2 to 4 mm apart: some lack or repeat",
    ),
    "two series": (_of_two_series, "its 19 images are of 2 series"),
    "several frames": (
        _frames,
        "it holds several slices in one file: convert it to NIfTI",
    ),
    "colours": (_in_colour, "it holds pictures in colour"),
    "nothing there": (_empty, "it holds no DICOM images"),
}


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    pytest.importorskip(
        "pydicom", reason="DICOM is read by pydicom: pip install keras-kgen[dicom]"
    )
    folder = tmp_path_factory.mktemp("series")
    for number in range(12):
        write_series(folder / f"s{number}", head(number))
    table(folder, 12, file=[f"s{number}" for number in range(12)])
    return folder


def test_dicom_of_a_table(series):
    found = data.load(f"dicom:{series / 'people.csv'}", label="diagnosis", size=24)
    assert found.image_shape == (24, 24, 1) and len(every(found)) == 12


@pytest.mark.parametrize("fault", SERIES)
def test_a_fault_of_a_series_is_told(fault, series, tmp_path):
    spoil, told = SERIES[fault]
    shutil.copytree(series, tmp_path / "own")
    spoil(tmp_path / "own" / "s3")
    found = data.faults(f"dicom:{tmp_path / 'own' / 'people.csv'}", label="diagnosis")
    assert [fault.where for fault in found if fault.fatal] == ["s3"] and told in str(
        found[0]
    )


def test_dicom_without_its_reader_names_the_command(series, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pydicom", None)
    with pytest.raises(ImportError, match=r'pip install "keras-kgen\[dicom\]"'):
        data.load(f"dicom:{series / 'people.csv'}", label="diagnosis")
