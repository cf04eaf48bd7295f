"""A training that will not come back ends at once; all others of these tests are trainings that go on."""

import keras
import numpy as np
import pytest

from kgen.engine.callbacks import TrainingDiverged
from tests.conftest import tiny, uncompiled, values_for
from tests.engine.test_model import Shrink, one_weight

ONES = np.ones((40, 1), "float32")


def test_a_loss_that_grows_ten_thousandfold_ends_a_training():
    model = Shrink(one_weight())
    model.compile(keras.optimizers.SGD(3.0))
    # Every step doubles the weight, so that after b steps the mean of ½ w² is ½ (4ᵇ − 1) / 3b: 17,476 after ten.
    told = "loss became 1.75e[+]04, from 0.5 in the first, in batch 10 of epoch 1; .* lower learning rate than 3,"
    with pytest.raises(TrainingDiverged, match=told):
        model.fit(ONES, batch_size=2, verbose=0)
    assert model.epochs_trained == 0


def test_a_loss_that_was_large_from_the_first_goes_on():
    model = Shrink(one_weight())
    model.compile(keras.optimizers.SGD(1e-6))
    model.dense.kernel.assign([[1e6]])
    history = model.fit(ONES, batch_size=2, verbose=0).history
    assert history["loss"] == [pytest.approx(0.5e12, rel=1e-3)]


@pytest.mark.parametrize("name", ["autoencoder", "vae", "regressor"])
def test_a_learning_rate_of_ten_is_noticed(name):
    model = tiny(name)
    model.compile(keras.optimizers.Adam(10.0))
    with pytest.raises(TrainingDiverged, match="Try a lower learning rate than 10,"):
        uncompiled(model).fit(values_for(model), batch_size=2, epochs=2, verbose=0)
