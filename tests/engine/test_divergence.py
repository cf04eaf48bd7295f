"""A training that diverges for good ends at once; all other trainings here go on."""

import keras
import numpy as np
import pytest

from kgen.engine.callbacks import TrainingDiverged
from tests.conftest import a_model_of_each_kind, values_for
from tests.engine.test_model import Shrink, one_weight
from tests.engine.test_optimizers import with_optimizers
from tests.models.test_fields import TRAINED

ONES = np.ones((40, 1), "float32")


def test_a_loss_that_grows_ten_thousandfold_ends_a_training():
    model = Shrink(one_weight())
    model.compile(keras.optimizers.SGD(3.0))
    # Every step doubles the weight: after b steps the mean of ½ w² is ½ (4ᵇ − 1) / 3b, which is
    # 17,476 for b = 10.
    told = (
        "loss became 1.75e[+]04, from 0.5 in the first, in batch 10 of epoch 1; "
        ".* lower learning rate than 3,"
    )
    with pytest.raises(TrainingDiverged, match=told):
        model.fit(ONES, batch_size=2, verbose=0)
    assert model.epochs_trained == 0


def test_a_loss_that_was_large_from_the_first_goes_on():
    model = Shrink(one_weight())
    model.compile(keras.optimizers.SGD(1e-6))
    model.dense.kernel.assign([[1e6]])
    history = model.fit(ONES, batch_size=2, verbose=0).history
    assert history["loss"] == [pytest.approx(0.5e12, rel=1e-3)]


@a_model_of_each_kind(TRAINED)
def test_a_learning_rate_of_ten_is_noticed_within_an_epoch(name):
    model = with_optimizers(name, lambda: keras.optimizers.Adam(10.0))
    with pytest.raises(
        TrainingDiverged, match=r"epoch 1; .* a lower learning rate than 10[,.]"
    ):
        model.fit(values_for(model), batch_size=4, verbose=0)
    assert model.epochs_trained == 0


def test_weights_that_grow_a_hundredfold_end_a_training_however_its_scalars_look():
    model = Shrink(one_weight())
    model.compile(keras.optimizers.SGD(1e-9))
    grow = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: model.dense.kernel.assign([[99.0 + epoch]])
    )
    with pytest.raises(
        TrainingDiverged,
        match="norm of the model's weights has grown from 1 to 100 by .* epoch 2; ",
    ):
        model.fit(0.0 * ONES, batch_size=2, epochs=3, verbose=0, callbacks=grow)
    assert model.epochs_trained == 1


def test_the_rate_that_is_named_is_that_of_the_epoch():
    model = Shrink(one_weight())
    model.compile(keras.optimizers.SGD(1e-3))
    raised = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 3.0)
    with pytest.raises(TrainingDiverged, match="lower learning rate than 3,"):
        model.fit(ONES, batch_size=2, verbose=0, callbacks=raised)
