import keras
import pytest

from kgen.runs.recording import Recorder
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
