"""From a file of sections to the pictures of its latent space, as users go about it."""

import json
import os
import re

import h5py
import keras
import numpy as np
import pytest
from PIL import Image

from kgen import latent
from kgen.callbacks.recorder import Recorder
from kgen.experiments import first_look, latent_space, tile_space
from kgen.metrics.clusters import clustered
from kgen.runs.run import Run
from kgen.tasks import study
from tests.cli.test_cli import kgen

pytestmark = pytest.mark.whole


@pytest.fixture(autouse=True)
def brief(monkeypatch):
    """Fewer tiles, samples and steps than by default; a map that compiles for long is another."""
    monkeypatch.setattr(tile_space, "TRAINING_TILES", 400)
    monkeypatch.setattr(latent_space, "FRAMES", 3)
    monkeypatch.setattr(study, "MOST", 100)
    monkeypatch.setattr(first_look, "EPOCHS", 100)
    monkeypatch.setitem(latent.PROJECTIONS, "umap", latent.PROJECTIONS["pca"])


SMALL = [
    "--batch-size",
    32,
    "--data",
    "steps_per_epoch=6",
    "--set",
    "width=4",
    "--latent-dim",
    8,
    "--eager",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tiles")


@pytest.fixture(scope="module")
def file(folder):
    shown = kgen(
        "data", "synthesize", "tiles", folder / "a.h5", "--size", "3MB", "--seed", 1
    )
    assert f"Next: kgen data inspect {folder / 'a.h5'}" in shown
    return folder / "a.h5"


@pytest.fixture(scope="module")
def run(file, folder):
    """A run of two epochs, and what it showed."""
    options = [
        "--data",
        "test_group=B07",
        "--data",
        "augment=flip",
        "--data",
        "augment=turn",
        "--tensorboard",
        *SMALL,
    ]
    shown = kgen(
        "train",
        "vae",
        "--dataset",
        f"hdf5:{file}",
        *options,
        "--epochs",
        2,
        "--run",
        folder / "run",
    )
    (folder / "run" / "shown.txt").write_text(shown)
    return folder / "run"


def test_inspect_names_the_groups_and_draws(file, folder):
    shown = kgen(
        "data", "inspect", file, "--test-group", "B07", "--out", folder / "look"
    )
    assert "B07" in shown and "(kept for the test)" in shown and "in one piece" in shown
    assert "training images (all but B07)" in shown and "standard deviation" in shown
    for name in ("sizes.png", "images.png"):
        assert np.std(Image.open(folder / "look" / name)) > 1


@pytest.mark.parametrize("skip", [["B01,B02"], ["B01", "B02"]])
def test_inspect_leaves_out_what_a_message_says(file, folder, skip):
    options = [option for names in skip for option in ("--skip", names)]
    shown = kgen("data", "inspect", file, *options, "--out", folder / "look")
    assert "B01" not in shown and "B02" not in shown and "B05" in shown


def test_inspect_of_a_folder_names_the_files_in_it(file, tmp_path):
    (tmp_path / "a.h5").symlink_to(file.resolve())
    shown = kgen("data", "inspect", tmp_path, code=1)
    assert (
        f"1 .h5 file. Images in HDF5 files are read from one, as hdf5:{tmp_path / 'a.h5'}"
        in shown
    )


def test_training_says_what_it_reads_and_what_it_expects(run):
    shown = (run / "shown.txt").read_text()
    assert "from a copy in memory: " in shown and "for the test: B07" in shown
    table = shown[
        shown.index("Before the first step") : shown.index("  epoch    left")
    ].splitlines()[1:]
    lines = {line.split()[0]: line.split() for line in table if line}
    found, penalty = lines["reconstruction_loss"], lines["penalty"]
    assert abs(float(found[1]) / float(found[2]) - 1.0) < 0.5
    assert float(penalty[1]) == pytest.approx(float(penalty[2]), rel=0.1)


def test_a_run_keeps_what_it_was_told_of_the_file(run):
    config = Run.open(run).config
    assert config.data == {
        "test_group": "B07",
        "steps_per_epoch": 6,
        "augment": ["flip", "turn"],
    }
    assert config.options == {
        "likelihood": "gaussian", "latent_dim": 8, "l2": 1e-6, "activation": "silu",
        "normalised": True, "width": 4,
    }  # fmt: skip
    assert any((run / "tensorboard").iterdir())


def test_the_standardisation_travels_with_the_model(run):
    model, dataset = (
        keras.saving.load_model(run / "model.keras"),
        Run.open(run).dataset(),
    )
    assert model.fields == dataset.fields
    assert model.likelihood.learned


def test_a_run_goes_on(run, file):
    options = ["--data", "memory=2GB", "--data", "sampling=location"]
    shown = kgen("train", "--resume", run, "--epochs", 3, *options)
    assert "    3/3   00:00" in shown and "Before the first step" not in shown
    assert "differs from 6" in kgen(
        "train", "--resume", run, "--data", "steps_per_epoch=7", code=2
    )


def test_a_run_is_tested_evaluated_and_explored(run):
    assert "reconstruction_mse" in kgen("test", run)
    # Samples are measured by a classifier of clusters, which takes minutes to train; here only the
    # clusters are checked.
    shown = kgen(
        "evaluate",
        run,
        "--latents",
        2,
        "--metrics",
        "objective,reconstructions,likelihood,latent",
    )
    assert "active_units" in shown and "the data have no classes" in shown
    clusters = clustered(Run.open(run).dataset())
    assert (
        clusters.num_classes == 20
        and clusters.train["x"].shape[1:] == clusters.image_shape
    )
    shown = kgen("latent", run, "--values", 150)
    numbers = json.loads((run / "latent" / "numbers.json").read_text())
    assert (
        numbers["group"] == "B07"
        and 0.0 <= numbers["probe"] <= 1.0
        and -1.0 <= numbers["adjusted_rand_index"] <= 1.0
    )
    assert 0.0 < numbers["reconstruction_mse_pca"] < numbers["reconstruction_mse"] < 2.0
    for name in (
        "samples",
        "interpolation",
        "map_tsne",
        "places_umap",
        "map_values",
        "section",
        "clusters",
    ):
        assert np.std(Image.open(run / "latent" / f"{name}.png")) > 1, shown


@pytest.mark.slow
def test_a_file_without_islands_is_explored_too(run, tmp_path, folder):
    plain = tmp_path / "plain.h5"
    with h5py.File(folder / "a.h5") as old, h5py.File(plain, "w") as new:
        for group in old.values():
            for image in group.values():
                new[image.name] = image[:]
    kgen(
        "train",
        "vae",
        "--dataset",
        f"hdf5:{plain}",
        *SMALL,
        "--epochs",
        1,
        "--run",
        tmp_path / "run",
    )
    shown = kgen("latent", tmp_path / "run", "--values", 60, "--clusters", 2)
    assert (
        "reconstruction_mse_pca" in shown
        and "adjusted_rand_index" not in shown
        and "probe " not in shown
    )


@pytest.mark.slow
def test_a_handful_of_tiles_can_be_learnt_by_heart(file):
    small = [
        "--dataset",
        f"hdf5:{file}",
        "--data",
        "tile_size=16",
        "--overfit",
        2,
        "--set",
        "l2=0",
        "--set",
        "width=8",
    ]
    assert "of the variance of 2 values is explained" in kgen(
        "train", "vae", *small, "--latent-dim", 8
    )
    assert "learn even these by heart" in kgen(
        "train", "vae", *small, "--set", "beta=1e6", code=1
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["vae", "--data", "test_group=B99"], "test_group='B99' is no group"),
        (["vae", "--data", "tile_size=5000"], "are smaller than a tile of 5000 pixels"),
        (["vae", "--data", "memory=plenty"], "memory='plenty' is not a size above 0"),
        (
            ["vae", "--binarisation", "static", "--set", "likelihood=bernoulli"],
            "are standardised, not drawn 0 or 1",
        ),
        (
            ["cvae"],
            "cvae cannot be trained .*takes the field y, "
            ".*only x.*: autoencoder, adage, tybalt, vae, iwae, gan",
        ),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_left(file, tmp_path, options, message):
    shown = kgen(
        "train",
        *options,
        "--dataset",
        f"hdf5:{file}",
        "--run",
        tmp_path / "run",
        code=1,
    )
    assert re.search(message, shown) and not (tmp_path / "run").exists()


def test_options_of_tiles_are_refused_for_other_data(tmp_path):
    shown = kgen(
        "train",
        "vae",
        "--dataset",
        "digits",
        "--data",
        "tile_size=32",
        "--run",
        tmp_path / "run",
        code=1,
    )
    assert "tile_size: digits has no such option" in shown


@pytest.mark.parametrize("kind", ["unreadable", "changed"])
def test_a_file_that_fails_in_the_second_epoch_costs_no_more_than_that_epoch(
    tmp_path, monkeypatch, kind
):
    path, run = tmp_path / "gzip.h5", tmp_path / "run"
    kgen("data", "synthesize", "tiles", path, "--size", "3MB", "--compression", "gzip")
    recorded = Recorder.on_epoch_end

    def damaged(self, epoch, logs=None):
        recorded(self, epoch, logs)
        damage(path, keep_time=kind == "unreadable")

    monkeypatch.setattr(Recorder, "on_epoch_end", damaged)
    options = [
        "--dataset",
        f"hdf5:{path}",
        "--data",
        "memory=300KB",
        *SMALL,
        "--epochs",
        2,
        "--run",
        run,
    ]
    shown = kgen("train", "vae", *options, code=1)
    assert "block after block" in shown
    expected = (
        "rows .* to .*damaged or cut off"
        if kind == "unreadable"
        else "was changed while tiles were read"
    )
    assert (
        re.search(expected, shown.splitlines()[-2])
        and f"kgen train --resume {run}" in shown
    )
    assert len(Run(run).history) == 1 and Run(run).model().epochs_trained == 1


def damage(path, keep_time):
    """Zeroes in all chunks of the file."""
    before = path.stat()
    with h5py.File(path) as file:
        images = [image for group in file.values() for image in group.values()]
        chunks = [
            image.id.get_chunk_info(number)
            for image in images
            for number in range(image.id.get_num_chunks())
        ]
    with path.open("r+b") as raw:
        for chunk in chunks:
            raw.seek(chunk.byte_offset + 20)
            raw.write(bytes(chunk.size - 20))
    if keep_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
