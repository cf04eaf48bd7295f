import shutil

import keras
import numpy as np
import pytest
from PIL import Image as Picture

from kgen.callbacks.pictures import Pictures, examples
from kgen.callbacks.recorder import Recorder
from kgen.data import Data, Split
from kgen.engine import GenerativeModel
from kgen.experiments import training
from kgen.fields import Image, Label
from kgen.fields.vector import Vector
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from tests.conftest import EAGER, every_model, tiny, values_for


@pytest.mark.parametrize(
    ("losses", "best"),
    [([3.0, 1.0, 2.0], 2), ([1.0, 2.0, 3.0], 1), ([3.0, 2.0, 1.0], 3)],
)
def test_the_best_epoch_is_that_of_the_lowest_validation_loss(losses, best, tmp_path):
    model, recorder = tiny("vae"), Recorder(Run(tmp_path))
    recorder.set_model(model)
    recorder.on_train_begin()
    for epoch, loss in enumerate(losses):
        model.epochs_trained += 1
        recorder.on_epoch_end(epoch, {"loss": -loss, "val_loss": loss})
    assert keras.saving.load_model(tmp_path / "best.keras").epochs_trained == best
    assert keras.saving.load_model(tmp_path / "model.keras").epochs_trained == 3


def test_pictures_show_one_image_of_every_class_before_a_second_of_any(tmp_path):
    labels = np.array([2, 2, 0, 0, 0, 1, 2], "int32")
    images = np.arange(7, dtype="uint8").reshape(7, 1, 1, 1) * np.ones(
        (1, 8, 8, 1), "uint8"
    )
    fields = {"x": Image((8, 8, 1), high=255), "y": Label(3)}
    split = Split({"x": images, "y": labels}, fields)
    pictures = Pictures(Run(tmp_path), Data("mine", split, split, split))
    assert pictures.split["x"][:, 0, 0, 0].tolist() == [2, 5, 0, 3, 1, 4, 6]


@pytest.mark.parametrize(
    ("field", "count"),
    [(Vector((2,)), 2000), (Image((512, 512, 1), high=255), 10)],
    ids=str,
)
def test_pictures_show_as_many_values_as_are_easily_kept(field, count):
    split = Split(
        {"x": np.broadcast_to(np.uint8(0), (3000, *field.shape))}, {"x": field}
    )
    assert len(examples(Data("mine", split, split, split))) == count


def pictures_of(model, path, epochs=1):
    """The callback of a model on random values of its own fields."""
    split = Split(values_for(model), model.fields)
    pictures = Pictures(Run(path), Data("mine", split, split, split))
    pictures.set_model(model)
    pictures.set_params({"epochs": epochs})
    return pictures


@every_model(GenerativeModel)
def test_a_picture_that_a_kill_prevented_is_drawn_when_the_training_goes_on(
    name, tmp_path
):
    model, drawn = tiny(name), tmp_path / "samples" / "epoch_0001.png"
    pictures_of(model, tmp_path).on_train_begin()
    assert not drawn.exists()
    pictures_of(model, tmp_path).on_epoch_end(0)
    before = drawn.read_bytes()
    drawn.unlink()
    model.epochs_trained = 1
    pictures_of(model, tmp_path).on_train_begin()
    assert drawn.read_bytes() == before
    drawn.write_bytes(b"kept")
    pictures_of(model, tmp_path).on_train_begin()
    assert drawn.read_bytes() == b"kept"


def test_a_long_training_has_at_most_sixty_pictures(tmp_path):
    pictures = pictures_of(tiny("vae"), tmp_path, epochs=150)
    for epoch in range(7):
        pictures.on_epoch_end(epoch)
    drawn = [path.stem for path in Run(tmp_path).pictures]
    assert drawn == ["epoch_0003", "epoch_0006"]


class Killed(BaseException):
    """A stop that no part of a training handles."""


def killed_in_second(pictures, epoch, logs=None):
    """Replaces the drawing, and ends the training in its second epoch."""
    if epoch == 1:
        raise Killed


def small(epochs):
    """The configuration of a small VAE on the digits."""
    options = {"latent_dim": 2, "width": 4}
    return RunConfig("vae", "digits", epochs=epochs, batch_size=256, options=options)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run of three epochs, and one that was killed after the model of the second."""
    folder = tmp_path_factory.mktemp("runs")
    training.start(folder / "straight", small(3), eager=EAGER)
    with pytest.MonkeyPatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Pictures, "on_epoch_end", killed_in_second)
        training.start(folder / "killed", small(2), eager=EAGER)
    return folder


@pytest.mark.parametrize("epochs", [2, 3])
def test_a_run_killed_between_model_and_picture_has_every_picture_in_the_end(
    epochs, runs, tmp_path
):
    killed = Run(shutil.copytree(runs / "killed", tmp_path / "run"))
    assert (
        not list(killed.path.glob("samples/*")) and killed.model().epochs_trained == 2
    )
    training.resume(killed, epochs=epochs, eager=EAGER)
    drawn = sorted(killed.path.glob("samples/*.png"))
    assert [path.name for path in drawn] == [
        f"epoch_{epoch:04d}.png" for epoch in range(2, epochs + 1)
    ]
    for path in drawn:
        assert (
            path.read_bytes()
            == (runs / "straight" / "samples" / path.name).read_bytes()
        )
    assert Picture.open(killed.path / "samples.gif").n_frames == len(drawn)
