"""``kgen data check``: every fault of a data set at once, and a training that refuses it."""

import numpy as np
import pytest
from PIL import Image as Pillow

from kgen import data
from kgen.experiments import training
from kgen.runs.config import RunConfig
from tests.cli.test_cli import kgen
from tests.data.scans import people


def pictures(root, count=8):
    """Two folders of different pictures."""
    random = np.random.default_rng(0)
    for label in ("ad", "control"):
        (root / label).mkdir(parents=True)
        for number in range(count):
            save(
                root / label / f"{label}P{number}.png",
                random.integers(0, 255, (8, 8), "uint8"),
            )
    return root


def save(path, pixels):
    Pillow.fromarray(pixels).save(path)


def fatal(source, **options):
    return [str(fault) for fault in data.faults(source, **options) if fault.fatal]


def test_a_sound_folder_has_no_fault(tmp_path):
    assert fatal(f"folder:{pictures(tmp_path / 'in')}") == []
    assert "no fault." in kgen("data", "check", f"folder:{tmp_path / 'in'}")


def test_every_fault_of_a_folder(tmp_path):
    root = pictures(tmp_path / "in")
    (root / "ad" / "adP0.png").write_bytes(b"no picture")
    save(root / "ad" / "adP1.png", np.zeros((8, 8), "uint8"))
    save(root / "ad" / "adP2.png", np.arange(90, dtype="uint8").reshape(9, 10))
    save(root / "ad" / "adP3.png", 1000 * np.arange(64, dtype="uint16").reshape(8, 8))
    (root / "ad" / "adP4.png").write_bytes(
        (root / "control" / "controlP4.png").read_bytes()
    )
    (root / "control" / "controlP5.png").write_bytes(
        (root / "control" / "controlP6.png").read_bytes()
    )
    found = fatal(f"folder:{root}", anatomy="brain")
    for name, told in {
        "adP0.png": "cannot be read (cannot identify image file)",
        "adP1.png": "all of it has the one shade 0",
        "adP2.png": "has 9×10 pixels, where most have 8×8 pixels",
        "adP3.png": "has uint16, where most have uint8",
        "controlP4.png": "holds the same values as adP4.png",
    }.items():
        assert sum(fault.startswith(f"{name}: {told}") for fault in found) == 1, (
            name,
            found,
        )
    assert len(found) == 5
    told = [str(fault) for fault in data.faults(f"folder:{root}") if not fault.fatal]
    assert "controlP6.png: holds the same values as controlP5.png." in told
    shown = kgen("data", "check", f"folder:{root}", "--data", "anatomy=brain", code=1)
    assert f"folder:{root}: 5 faults." in shown and "told   controlP6.png" in shown


def test_colours_beside_grey_are_told_with_the_option_that_makes_all_grey(tmp_path):
    root = pictures(tmp_path / "in")
    random = np.random.default_rng(1)
    Pillow.fromarray(random.integers(0, 255, (8, 8, 3), "uint8")).save(
        root / "ad" / "colour.jpg"
    )
    found = [str(fault) for fault in data.faults(f"folder:{root}")]
    assert (
        "colours: 1 of 17 pictures are in colour, and all are read so. "
        "The option channels=1 makes all grey." in found
    )
    assert data.load(f"folder:{root}").image_shape == (8, 8, 3)
    assert data.load(f"folder:{root}", channels=1).image_shape == (8, 8, 1)


@pytest.mark.parametrize("spoilt", [False, True])
def test_subjects_of_a_folder_in_two_official_splits(spoilt, tmp_path):
    for number, split in enumerate(("train", "test")):
        pictures(tmp_path / "in" / split)
        for path in list((tmp_path / "in" / split).rglob("*.png")):
            noise = np.random.default_rng([number, *path.name.encode()]).integers(
                0, 255, (8, 8), "uint8"
            )
            path.unlink()
            save(
                path.with_name(
                    path.name if spoilt or split == "train" else f"late{path.name}"
                ),
                noise,
            )
    found = fatal(f"folder:{tmp_path / 'in'}", subject="^[^.]+")
    assert len(found) == 16 * spoilt and all(
        "is in the splits train and test" in fault for fault in found
    )


def arrays(folder, **changed):
    random = np.random.default_rng(0)
    x = random.integers(1, 255, (40, 8, 8), "uint8")
    values = {
        "x": x,
        "y": np.arange(40) % 2,
        "who": np.arange(40) // 2 * 2 + np.arange(40) % 2,
        **changed,
    }
    np.savez(
        folder / "a.npz",
        **{name: array for name, array in values.items() if array is not None},
    )
    return f"npz:{folder / 'a.npz'}"


def _nan(x):
    x = x.astype("float32") / 255
    x[3, 1, 1] = np.nan
    return x


def _black(x):
    x[4], x[5] = 0, 9
    return x


def _copied(x):
    x[7] = x[8]
    return x


ARRAYS = {
    "NaN": (_nan, "x: 1 row with NaN or infinity: 3. Mend or remove"),
    "one shade": (_black, "x: 2 rows with one shade alone: 4, 5."),
    "a copy of another class": (
        _copied,
        "x[8]: holds the same values as x[7]. Keep one",
    ),
}


@pytest.mark.parametrize("fault", ARRAYS)
def test_a_fault_of_arrays(fault, tmp_path):
    spoil, told = ARRAYS[fault]
    x = np.random.default_rng(0).integers(1, 255, (40, 8, 8), "uint8")
    assert fatal(arrays(tmp_path, x=x), subject="who", anatomy="brain") == []
    found = fatal(arrays(tmp_path, x=spoil(x)), subject="who", anatomy="brain")
    assert len(found) == 1 and found[0].startswith(told)


def test_images_of_one_shade_are_only_told_where_they_show_no_anatomy(tmp_path):
    x = _black(np.random.default_rng(0).integers(1, 255, (40, 8, 8), "uint8"))
    path = arrays(tmp_path, x=x)
    assert fatal(path, subject="who") == []
    assert any(
        "one shade alone" in str(fault) for fault in data.faults(path, subject="who")
    )


@pytest.mark.parametrize("kind", ["curve", "mask"])
def test_flat_curves_and_empty_masks_are_no_faults(kind, tmp_path):
    x = np.random.default_rng(0).integers(0, 2, (40, 8, 8), "uint8")
    x[3] = x[4] = 0
    assert [
        fault
        for fault in fatal(arrays(tmp_path, x=x), subject="who", x=kind)
        if "x" in fault.split(":")[0]
    ] == []


def test_classes_and_subjects_of_arrays(tmp_path):
    one = fatal(arrays(tmp_path, y=np.zeros(40, int)), subject="who")
    assert one == [
        f"npz:{tmp_path / 'a.npz'}: all are of the one class 0. "
        "Add another, or leave the label out."
    ]
    few = fatal(arrays(tmp_path, y=(np.arange(40) > 36).astype(int)), subject="who")
    assert "class 1 has 3 values; 5 are needed to have one in every split" in few[0]
    both = arrays(tmp_path, x_test=np.random.default_rng(2).random((9, 8, 8)),
                  y_test=np.arange(9) % 2, who_test=np.arange(30, 39))  # fmt: skip
    assert (
        sum(
            "is in the splits training and test" in fault
            for fault in fatal(both, subject="who")
        )
        == 9
    )


def test_the_faults_of_a_table(tmp_path):
    rows = ["a,b,site,who"] + [
        f"{n / 7:.3f},{'' if n in (3, 9) else n},{'uv'[n % 2]},P{n}" for n in range(40)
    ]
    (tmp_path / "t.csv").write_text("\n".join(rows))
    found = fatal(f"csv:{tmp_path / 't.csv'}", label="site", subject="who")
    assert found == [
        "t.csv: 'b' is missing in 2 rows. Fill it, or leave these rows out."
    ]


def test_what_no_list_knows_is_told_as_its_reading_tells_it(tmp_path):
    (found,) = fatal(f"npz:{tmp_path / 'gone.npz'}")
    assert "no file" in found
    assert fatal("digits") == []


SOURCES = {
    "nifti": (
        lambda folder: (f"nifti:{spoilt_people(folder)}", {"label": "diagnosis"}),
        "has 2 faults. 3.nii.gz: is not",
    ),
    "folder": (
        lambda folder: (f"folder:{spoilt_pictures(folder)}", {}), "has 4 faults. .*… and 1 more",
    ),
    "npz": (
        lambda folder: (arrays(folder, y=np.zeros(40, int)), {}),
        "has 1 fault. .*all are of the one class",
    ),
}  # fmt: skip


def spoilt_people(folder):
    path = people(folder, 12)
    (folder / "scans" / "3.nii.gz").unlink()
    (folder / "scans" / "4.nii.gz").write_bytes(b"nothing")
    return path


def spoilt_pictures(folder):
    root = pictures(folder / "in")
    for number in range(4):
        (root / "ad" / f"adP{number}.png").write_bytes(b"nothing")
    return root


@pytest.mark.parametrize("source", SOURCES)
def test_a_training_refuses_with_the_first_faults_and_their_count(
    source, tmp_path, monkeypatch
):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path / "cache"))
    named, told = SOURCES[source]
    name, options = named(tmp_path)
    with pytest.raises(ValueError, match=told):
        training.start(tmp_path / "run", RunConfig("vae", name, data=options, epochs=1))
    assert not (tmp_path / "run").exists()
