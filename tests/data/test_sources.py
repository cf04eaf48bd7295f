import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds
from PIL import Image

from kgen import data

PREPARED = (
    Path(os.environ.get("TFDS_DATA_DIR", "~/tensorflow_datasets")).expanduser()
    / "mnist"
)


def test_unknown_names_come_with_the_nearest():
    with pytest.raises(ValueError, match="Did you mean digits"):
        data.load("digit")
    with pytest.raises(ValueError, match="should read npz:FILE"):
        data.load("npz")
    with pytest.raises(ValueError, match="should read digits"):
        data.load("digits:8")


@pytest.mark.parametrize(
    ("given", "meant"),
    [("cvs:table.csv", "csv:table.csv"), ("CSV:table.csv", "csv:table.csv"),
     ("table.csv", "csv:table.csv"), ("xyz:table.csv", "csv:table.csv"),
     ("pears:photos", "pairs:photos"), ("foldr:photos", "folder:photos"),
     ("tfd:kmnist", "tfds:kmnist"), ("photos", "folder:photos"), ("a:b.npz", "npz:a:b.npz")],
)  # fmt: skip
def test_what_was_meant_is_told_whole(given, meant, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    (tmp_path / "a:b.npz").touch()
    with pytest.raises(ValueError, match=rf"Did you mean {meant}(\?| or )"):
        data.load(given)


def test_npz(tmp_path):
    x, y = (
        np.random.default_rng(0).random((60, 9, 8, 3), dtype="float32"),
        np.arange(60) % 3,
    )
    np.savez(tmp_path / "cells.npz", x=x, y=y, x_test=x[:6], y_test=y[:6])
    dataset = data.load(f"npz:{tmp_path / 'cells.npz'}")
    assert (
        dataset.image_shape == (9, 8, 3)
        and dataset.num_classes == 3
        and len(dataset.test) == 6
    )
    np.testing.assert_array_equal(dataset.test.scaled(), x[:6])


def test_npz_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file 'gone.npz'"):
        data.load("npz:gone.npz")
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ValueError, match="cannot be read as a .npz file"):
        data.load(f"npz:{tmp_path / 'bad.npz'}")
    np.savez(tmp_path / "half.npz")
    with pytest.raises(ValueError, match="holds nothing; an array x is needed"):
        data.load(f"npz:{tmp_path / 'half.npz'}")


def write_images(root, shape=(10, 12), mode="L", count=8):
    for label in ("cat", "dog"):
        (root / label).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            pixels = np.full((*shape, 3), 10 * number + (label == "dog"), dtype="uint8")
            Image.fromarray(pixels).convert(mode).save(root / label / f"{number}.png")


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3)])
def test_folder(tmp_path, mode, channels):
    write_images(tmp_path, mode=mode)
    dataset = data.load(f"folder:{tmp_path}")
    assert dataset.class_names == ["cat", "dog"] and dataset.image_shape == (
        10,
        12,
        channels,
    )
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 16
    assert all(
        image.max() % 10 == label
        for image, label in zip(dataset.train["x"], dataset.train.labels, strict=True)
    )


def test_folder_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        data.load(f"folder:{tmp_path / 'gone'}")
    with pytest.raises(
        ValueError, match=r"Expected .*/IMAGE.png, or with classes .*/CLASS/IMAGE.png"
    ):
        data.load(f"folder:{tmp_path}")
    write_images(tmp_path)
    Image.fromarray(np.zeros((5, 5), "uint8")).save(tmp_path / "dog" / "small.png")
    with pytest.raises(
        ValueError, match=r"small.png is 5×5 pixels \(height × width\), 0.png is 10×12"
    ):
        data.load(f"folder:{tmp_path}")
    (tmp_path / "dog" / "small.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"small.png cannot be read as an image"):
        data.load(f"folder:{tmp_path}")


def test_tfds_unknown_set_comes_with_the_nearest():
    with pytest.raises(ValueError, match="no set 'mnis'.*Did you mean .*mnist"):
        data.load("tfds:mnis")


def test_a_set_that_cannot_be_had_names_the_ways_out(monkeypatch, tmp_path):
    def no_network(*_, **__):
        raise ConnectionError("no network")

    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(tfds.core.DatasetBuilder, "download_and_prepare", no_network)
    with pytest.raises(FileNotFoundError) as error:
        data.load("mnist")
    for part in (
        "mnist is not prepared in",
        "ConnectionError",
        "network",
        "set TFDS_DATA_DIR",
        "the data set digits",
    ):
        assert part in str(error.value)


@pytest.mark.skipif(
    not any(PREPARED.glob("*/dataset_info.json")),
    reason="MNIST is not prepared in TFDS_DATA_DIR",
)
def test_mnist_keeps_its_official_test_split():
    dataset = data.load("mnist")
    assert [
        len(split) for split in (dataset.train, dataset.validation, dataset.test)
    ] == [
        55_000,
        5_000,
        10_000,
    ]
    assert dataset.image_shape == (28, 28, 1) and dataset.train["x"].dtype == np.uint8
    assert np.bincount(dataset.test.labels).tolist() == [
        980,
        1135,
        1032,
        1010,
        982,
        892,
        958,
        1028,
        974,
        1009,
    ]


BEGUN = (
    "downloads/kmnist/images.gz.tmp.90ac3a/images.gz", "downloads/kmnist/whole.gz",
    "downloads/extracted/", "kmnist/incomplete.UHCTAW_3.0.1/part",
    "kmnist/3.0.1.incompleteB7VZ9D/part", "kmnist/3.0.1/",
)  # fmt: skip


@pytest.mark.parametrize(
    "fault",
    [ConnectionError("no network"), OSError(28, "No space left"), KeyboardInterrupt()],
)
@pytest.mark.parametrize(
    "before",
    [(), ("downloads/kmnist/other.gz.tmp.1/other.gz", "mnist/3.0.1/info.json")],
)
@pytest.mark.parametrize("downloaded", [True, False])
def test_a_look_up_that_fails_leaves_nothing_half_made(
    downloaded, before, fault, monkeypatch, tmp_path
):
    root = tmp_path / "sets"
    begun = [path for path in BEGUN if downloaded or "whole" not in path]

    def write(paths):
        for path in paths:
            place = root / path
            (place if path.endswith("/") else place.parent).mkdir(
                parents=True, exist_ok=True
            )
            if not path.endswith("/"):
                place.write_text("something")

    def fails(*_, **__):
        write(begun)
        raise fault

    write(before)
    # TFDS_DATA_DIR is read at import
    monkeypatch.setattr(tfds, "builder", partial(tfds.builder, data_dir=root))
    monkeypatch.setattr(tfds.core.DatasetBuilder, "download_and_prepare", fails)
    with pytest.raises((FileNotFoundError, KeyboardInterrupt)):
        data.load("tfds:kmnist")
    left = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert left == {*before, *(["downloads/kmnist/whole.gz"] if downloaded else [])}
    assert root.exists() == bool(left) and not any(
        not any(path.iterdir()) for path in root.rglob("*") if path.is_dir()
    )
