"""PatchCamelyon's files as they are, their twin of known truth, and what is refused."""

import csv
import json
import shutil

import h5py
import numpy as np
import pytest

from kgen import data
from kgen.data import sources
from kgen.data.histology import Patches
from kgen.data.histology.patch import CENTRE
from kgen.data.histology.writing import write
from kgen.data.streams import is_mapped

PREFIX = "camelyonpatch_level_2_split"
SPLITS = {"train": "train", "valid": "validation", "test": "test"}
COLUMNS = ["", "coord_y", "coord_x", "tumor_patch", "center_tumor_patch", "wsi"]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def twin(tmp_path_factory):
    """A folder of 80 training patches, and 10 each for validation and test."""
    folder = tmp_path_factory.mktemp("twin")
    write(folder, Patches(), 80)
    return folder


@pytest.fixture
def copy(twin, tmp_path):
    """The same folder, to be changed."""
    return shutil.copytree(twin, tmp_path / "copy")


def stored(folder, split, key):
    with h5py.File(folder / f"{PREFIX}_{split}_{key}.h5") as file:
        return file[key][...]


def rows_of(folder, split):
    with (folder / f"{PREFIX}_{split}_meta.csv").open(newline="") as file:
        return list(csv.reader(file))


def rewrite(folder, split, key, values, name=None):
    with h5py.File(folder / f"{PREFIX}_{split}_{key}.h5", "w") as file:
        file[name or key] = values


@pytest.mark.parametrize(
    ("split", "count"), [("train", 80), ("valid", 10), ("test", 10)]
)
def test_the_twin_has_the_layout_of_the_original(split, count, twin):
    x, y, (header, *rows) = (
        stored(twin, split, "x"), stored(twin, split, "y"), rows_of(twin, split)
    )  # fmt: skip
    assert (x.shape, x.dtype) == ((count, 96, 96, 3), "uint8")
    assert (y.shape, y.dtype) == ((count, 1, 1, 1), "uint8")
    assert header == COLUMNS and [row[0] for row in rows] == [
        str(row) for row in range(count)
    ]
    assert [row[4] == "True" for row in rows] == (y.ravel() == 1).tolist()
    assert all(row[3] == "True" for row in rows if row[4] == "True")


def test_no_slide_is_in_two_splits_and_labels_are_those_of_the_files(twin):
    found = data.load(f"pcam:{twin}")
    assert found.class_names == ["normal", "tumour"] and found.image_shape == (
        96,
        96,
        3,
    )
    slides = []
    for spelt, split in SPLITS.items():
        part, (_, *rows) = getattr(found, split), rows_of(twin, spelt)
        np.testing.assert_array_equal(part["x"], stored(twin, spelt, "x"))
        np.testing.assert_array_equal(part.labels, stored(twin, spelt, "y").ravel())
        assert part.facts["subject"].tolist() == [row[5] for row in rows]
        assert part.facts["tumor_patch"].tolist() == [row[3] == "True" for row in rows]
        slides.append(set(part.facts["subject"]))
    assert sum(map(len, slides)) == len(set.union(*slides)) == 6


@pytest.mark.parametrize("memory", ["2GB", "2KB"], ids=["in memory", "mapped"])
def test_a_size_is_cut_out_of_the_middle(memory, twin):
    found = data.load(f"pcam:{twin}", size=64, memory=memory)
    assert found.fields["x"].shape == (64, 64, 3)
    np.testing.assert_array_equal(
        found.train["x"], stored(twin, "train", "x")[:, 16:80, 16:80]
    )
    assert is_mapped(found.train["x"]) == (memory == "2KB")
    batch, labels = next(iter(found.train.batches(5)))
    assert batch.shape == (5, 64, 64, 3) and labels.shape == (5,)


def test_the_original_stored_in_chunks_of_many_patches_is_the_same_data(copy):
    expected = data.load(f"pcam:{copy}").fingerprint
    x = stored(copy, "train", "x")
    with h5py.File(copy / f"{PREFIX}_train_x.h5", "w") as file:
        file.create_dataset("x", data=x, chunks=(32, 96, 96, 3), compression="gzip")
    assert data.load(f"pcam:{copy}", memory="2KB").fingerprint == expected


def test_a_smaller_count_is_a_part_of_a_larger_one(twin):
    few, many = (data.load(f"pcam:{twin}", count=count) for count in (12, 30))
    own = {image.tobytes(): row for row, image in enumerate(stored(twin, "train", "x"))}
    places = [
        [own[image.tobytes()] for image in part.train["x"]] for part in (few, many)
    ]
    assert places[0] == places[1][:12] and len(set(places[1])) == 30
    np.testing.assert_array_equal(many.train.labels, np.array(places[1]) % 2)
    assert len(few.test) == 10


def test_without_tables_patches_are_read_and_a_note_says_what_is_lost(copy):
    for path in copy.glob("*meta.csv"):
        path.unlink()
    found = data.load(f"pcam:{copy}")
    assert "subject" not in found.train.facts
    assert any(
        "nobody knows which patches are of one slide" in note for note in found.notes
    )


def test_a_tumour_moved_out_of_the_centre_takes_the_label_along():
    patches = Patches()
    for centre in (False, True):
        for rim in (False, True):
            patch = patches.patch(0, 3, centre, rim)
            assert patch.label == centre and patch.tumour[0, 0] == rim
    inside, outside = (
        patches.patch(0, 3, centre, not centre) for centre in (True, False)
    )
    assert np.roll(inside.tumour, 32, axis=1)[CENTRE, CENTRE].any() == outside.label
    assert (
        inside.tumour.any() and outside.tumour.any() and inside.label != outside.label
    )


def test_nuclei_of_tumours_are_larger_by_the_effect():
    ratios = []
    for effect in (0.0, 0.7):
        found = np.concatenate(
            [Patches(effect).patch(slide, 0, True, False).nuclei for slide in range(40)]
        )
        well, ill = (found[found[:, 3] == kind, 2].mean() for kind in (0, 1))
        ratios.append(ill / well)
    # Radii of 3.1 pixels, and 1.5 more at effect 1.
    np.testing.assert_allclose(ratios, [1.0, ((3.1 + 0.7 * 1.5) / 3.1) ** 2], rtol=0.05)


def test_patches_repeat_by_their_seed_and_slides_differ_in_colour():
    one, again, other = (Patches(seed=seed).patch(2, 5, True) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.image, again.image)
    assert (one.image != other.image).any()
    drawn = [
        Patches().patch(slide, place, False, False)
        for slide in range(12)
        for place in (0, 1)
    ]
    means = np.array([patch.image.mean(axis=(0, 1)) for patch in drawn]).reshape(
        12, 2, 3
    )
    within, between = (
        np.diff(means, axis=1).std(),
        means.mean(axis=1).std(axis=0).mean(),
    )
    assert between > within / 2 > 0


def test_the_truth_beats_the_colours(twin):
    truth = json.loads((twin / "truth.json").read_text())
    assert truth["auroc_of_nuclei"] > 0.96 > truth["auroc_of_colours"] > 0.6
    with (twin / "truth.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    patch = Patches().patch(0, 1, True)
    assert rows[1] == {
        "split": "train", "nuclei": str(patch.measures[0]), "area": f"{patch.measures[1]:.2f}"
    }  # fmt: skip


FAULTS = {
    "another size": (
        lambda folder: rewrite(folder, "test", "x", np.zeros((10, 50, 50, 3), "uint8")),
        r"test_x.h5: x is uint8 of shape \(10, 50, 50, 3\), not uint8 of shape \(n, 96, 96, 3\)",
    ),
    "another length": (
        lambda folder: rewrite(folder, "train", "y", np.zeros((9, 1, 1, 1), "uint8")),
        r"train_y.h5: y of shape \(9, 1, 1, 1\) is for 9 patches, x has 80",
    ),
    "several labels a patch": (
        lambda folder: rewrite(folder, "valid", "y", np.zeros((10, 2), "uint8")),
        r"valid_y.h5: y of shape \(10, 2\) is for 10 patches",
    ),
    "other labels": (
        lambda folder: rewrite(folder, "valid", "y", np.full((10, 1, 1, 1), 7, "uint8")),
        "valid_y.h5: y holds 7; labels are 0 and 1",
    ),
    "another name": (
        lambda folder: rewrite(folder, "test", "y", np.zeros((10, 1, 1, 1)), "labels"),
        "test_y.h5: holds 'labels' at its top, and no array 'y'",
    ),
    "no patches": (
        lambda folder: rewrite(folder, "valid", "x", np.zeros((0, 96, 96, 3), "uint8")),
        "valid_x.h5: holds no patches",
    ),
    "no test": (
        lambda folder: (folder / f"{PREFIX}_test_x.h5").unlink(),
        "test_x.h5: is not in .*copy. The folder holds 'camelyonpatch.* has the files",
    ),
    "packed": (
        lambda folder: (folder / f"{PREFIX}_test_x.h5").rename(folder / f"{PREFIX}_test_x.h5.gz"),
        "test_x.h5: is packed. Unpack it: gunzip camelyonpatch_level_2_split_test_x.h5.gz",
    ),
    "damaged": (
        lambda folder: (folder / f"{PREFIX}_valid_x.h5").write_bytes(b"no HDF5"),
        "valid_x.h5 is not an HDF5 file",
    ),
    "one table": (
        lambda folder: (folder / f"{PREFIX}_valid_meta.csv").unlink(),
        "valid_meta.csv: is missing, and other splits have theirs",
    ),
    "a short table": (
        lambda folder: shorten(folder / f"{PREFIX}_train_meta.csv"),
        "train_meta.csv: has 79 rows for 80 patches",
    ),
    "no slides": (
        lambda folder: replace(folder / f"{PREFIX}_test_meta.csv", "wsi", "slide"),
        "test_meta.csv: has no column 'wsi'. It has 'unnamed', 'coord_y'",
    ),
    "a slide in two splits": (
        lambda folder: replace(folder / f"{PREFIX}_test_meta.csv", "twin_test", "twin_train"),
        "subject 'twin_train_0000' is in the splits train and test",
    ),
}  # fmt: skip


def shorten(path):
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))


def replace(path, old, new):
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_told_by_its_file(fault, copy):
    spoil, told = FAULTS[fault]
    spoil(copy)
    with pytest.raises(ValueError, match=told):
        data.load(f"pcam:{copy}")
    assert any(found.fatal for found in data.faults(f"pcam:{copy}"))


def test_a_table_in_another_order_is_reported(copy):
    path = copy / f"{PREFIX}_train_meta.csv"
    head, *rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join([head, *rows[1:], rows[0]]))
    found = data.faults(f"pcam:{copy}")
    assert "center_tumor_patch contradicts y in" in found[0].reason
    assert not any(fault.fatal for fault in found)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"size": 31}, r"size=31 is not a number in \[32, 96\]"),
        ({"size": 63}, "size=63 is odd, .* Take 62 or 64"),
        (
            {"count": 81},
            r"count=81 should lie in \[10, 80\], the training patches of pcam:",
        ),
        ({"count": 0}, r"count=0 should lie in \[10, 80\]"),
    ],
)
def test_options_out_of_range_are_refused(options, told, twin):
    with pytest.raises(ValueError, match=told):
        data.load(f"pcam:{twin}", **options)


def test_the_files_are_known_without_the_name_of_their_source(twin):
    assert sources.named_or_bare(str(twin)) == ("pcam", str(twin))
    with pytest.raises(ValueError, match=f"this is read as pcam:{twin}"):
        data.load(f"folder:{twin}")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        data.load(f"pcam:{tmp_path / 'gone'}")


def test_what_cannot_be_drawn_is_refused(twin, tmp_path):
    with pytest.raises(ValueError, match=r"patches=79 is not a number in \[80"):
        write(tmp_path / "new", Patches(), 79)
    with pytest.raises(FileExistsError, match="exists already. Choose another folder"):
        write(twin, Patches(), 80)
    with pytest.raises(ValueError, match=r"effect=2.1 is not a number in \[0, 2.0\]"):
        Patches(effect=2.1)
