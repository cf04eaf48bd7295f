import keras
import numpy as np
import pytest

from kgen.callbacks.pictures import Pictures, examples
from kgen.callbacks.recorder import Recorder
from kgen.data import Data, Split
from kgen.fields import Image, Label
from kgen.fields.vector import Vector
from kgen.runs.run import Run
from tests.conftest import tiny


@pytest.mark.parametrize(("losses", "best"), [([3.0, 1.0, 2.0], 2), ([1.0, 2.0, 3.0], 1), ([3.0, 2.0, 1.0], 3)])
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
    images = np.arange(7, dtype="uint8").reshape(7, 1, 1, 1) * np.ones((1, 8, 8, 1), "uint8")
    fields = {"x": Image((8, 8, 1), high=255), "y": Label(3)}
    split = Split({"x": images, "y": labels}, fields)
    pictures = Pictures(Run(tmp_path), Data("mine", split, split, split))
    assert pictures.split["x"][:, 0, 0, 0].tolist() == [2, 5, 0, 3, 1, 4, 6]


@pytest.mark.parametrize(("field", "count"), [(Vector((2,)), 2000), (Image((512, 512, 1), high=255), 10)], ids=str)
def test_pictures_show_as_many_values_as_are_easily_kept(field, count):
    split = Split({"x": np.broadcast_to(np.uint8(0), (3000, *field.shape))}, {"x": field})
    assert len(examples(Data("mine", split, split, split))) == count
