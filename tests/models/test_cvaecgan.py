from types import SimpleNamespace

import numpy as np
import pytest
from keras import ops

from tests.conftest import tiny


def gradients(model, objective, x, y, networks):
    variables, found = [variable for network in networks for variable in network.trainable_variables], []
    catch = SimpleNamespace(apply=lambda gradients, _: found.extend(gradients))
    model.minimize(lambda: model._scored(objective, networks, (x, y)), variables, catch)
    return found


def size(gradients):
    """How far the gradients are from nothing; TensorFlow has None where there is no way to the loss."""
    return sum(float(ops.sum(ops.abs(gradient))) for gradient in gradients if gradient is not None)


@pytest.fixture
def tensors(batch):
    return [ops.convert_to_tensor(array) for array in batch]


def test_no_gradient_of_the_game_reaches_the_encoder(tensors):
    model = tiny("cvae-cgan", elbo_weight=0.0)
    assert size(gradients(model, model.generator_objective, *tensors, [model.encoder])) == 0.0
    assert size(gradients(model, model.generator_objective, *tensors, [model.decoder])) > 0.0


def test_the_encoder_learns_from_the_bound_alone(tensors):
    model = tiny("cvae-cgan")
    assert size(gradients(model, model.generator_objective, *tensors, [model.encoder])) > 0.0


def test_the_discriminators_play_moves_no_gradient_into_the_generator(tensors):
    model = tiny("cvae-cgan")
    networks = [model.encoder, model.decoder]
    assert size(gradients(model, model.discriminator_objective, *tensors, networks)) == 0.0


def test_objectives_are_the_weighted_sums_of_their_parts(batch):
    x, y = batch
    weights = {"beta": 2.0, "leakage_weight": 7.0, "elbo_weight": 0.3, "class_weight": 4.0, "fake_class_weight": 0.5}
    model = tiny("cvae-cgan", **weights)
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    bound = 0.3 * (logs["reconstruction_loss"] + 2.0 * logs["kl_loss"])
    assert logs["leakage_loss"] != 0.0
    assert logs["generator_loss"] == pytest.approx(
        bound + 0.3 * 7.0 * logs["leakage_loss"] + logs["adversarial_loss"] + 0.5 * logs["fake_class_loss"], rel=1e-5
    )
    assert logs["discriminator_loss"] == pytest.approx(
        logs["real_loss"] + logs["fake_loss"] + 4.0 * logs["class_loss"], rel=1e-5
    )
    assert logs["loss"] == pytest.approx(bound + logs["class_loss"], rel=1e-5)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8])
def test_half_a_batch_of_fakes_keeps_its_labels(count):
    model = tiny("cvae-cgan")
    fakes, asked = model.imitate(ops.zeros((count, 3)), ops.arange(count), training=False)
    assert len(fakes) == len(asked) == min(count, 2 * ((count + 3) // 4))
    np.testing.assert_array_equal(asked, np.arange(len(asked)))


def test_classify_gives_probabilities_and_evaluate_the_same_accuracy(batch):
    x, y = batch
    model = tiny("cvae-cgan")
    model.fit(x, y, epochs=2, batch_size=16, verbose=0)
    probabilities = model.classify(x)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)
    accuracy = np.mean(probabilities.argmax(axis=1) == y)
    assert model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"] == pytest.approx(accuracy)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="elbo_weight=-0.1 is not a number in"):
        tiny("cvae-cgan", elbo_weight=-0.1)
    with pytest.raises(ValueError, match=r"label_smoothing=0.9 is not a number in \[0.0, 0.5\]"):
        tiny("cvae-cgan", label_smoothing=0.9)
