import keras
import numpy as np
import pytest
from keras import ops

from kgen.models import CVAECGAN
from tests.conftest import tiny


def moved(batch, **options):
    """Which networks a step of plain gradient descent moves."""
    model = tiny("cvae-cgan", **options)
    model.compile(keras.optimizers.SGD(1.0), keras.optimizers.SGD(1.0))
    networks = {
        name: getattr(model, name) for name in ("encoder", "decoder", "discriminator")
    }
    before = {name: learnt(network) for name, network in networks.items()}
    model.train_step(batch)
    return {
        name
        for name, network in networks.items()
        if any(
            (was != now).any()
            for was, now in zip(before[name], learnt(network), strict=True)
        )
    }


def learnt(network):
    """The weights that gradients move; statistics move with the images."""
    return [ops.convert_to_numpy(weight) for weight in network.trainable_weights]


def test_no_gradient_of_the_game_reaches_the_encoder(batch):
    assert moved(batch, elbo_weight=0.0) == {"decoder", "discriminator"}


def test_the_encoder_learns_from_the_bound(batch):
    assert moved(batch) == {"encoder", "decoder", "discriminator"}


def test_objectives_are_the_weighted_sums_of_their_parts(batch):
    x, y = batch
    weights = {
        "beta": 2.0,
        "leakage_weight": 7.0,
        "elbo_weight": 0.3,
        "class_weight": 4.0,
        "fake_class_weight": 0.5,
    }
    model = tiny("cvae-cgan", **weights)
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    bound = 0.3 * (logs["reconstruction_loss"] + 2.0 * logs["kl_loss"])
    assert logs["leakage_loss"] != 0.0
    assert logs["generator_loss"] == pytest.approx(
        bound
        + 0.3 * 7.0 * logs["leakage_loss"]
        + logs["adversarial_loss"]
        + 0.5 * logs["fake_class_loss"],
        rel=1e-5,
    )
    assert logs["discriminator_loss"] == pytest.approx(
        logs["real_loss"] + logs["fake_loss"] + 4.0 * logs["class_loss"], rel=1e-5
    )
    assert logs["loss"] == pytest.approx(bound + logs["class_loss"], rel=1e-5)


def test_the_discriminator_pays_for_half_of_its_squared_slope_at_real_images(batch):
    x, y = batch
    model = tiny("cvae-cgan", r1_weight=3.0)
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    step, direction = 1e-3, np.zeros_like(x[:1])
    slopes = np.zeros((len(x), x[0].size))
    for pixel in range(x[0].size):
        direction.flat[:] = np.eye(x[0].size)[pixel]
        sides = [model.judge(x + far * direction, y, False)[0] for far in (step, -step)]
        rise = np.subtract(*map(ops.convert_to_numpy, sides))
        slopes[:, pixel] = rise[:, 0] / (2.0 * step)
    half = 0.5 * np.mean(np.sum(slopes**2, axis=1))
    assert logs["r1_penalty"] == pytest.approx(half, rel=2e-2)
    assert logs["discriminator_loss"] == pytest.approx(
        logs["real_loss"]
        + logs["fake_loss"]
        + 5.0 * logs["class_loss"]
        + 3.0 * logs["r1_penalty"],
        rel=1e-5,
    )


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8])
def test_half_a_batch_of_fakes_keeps_its_labels(count):
    model = tiny("cvae-cgan", posterior_fakes=True)
    z, labels = ops.zeros((count, 3)), ops.arange(count) % 3
    fakes = model.generate_fakes(z, labels, training=False)
    assert len(fakes) == min(count, 2 * ((count + 3) // 4))
    quarter = (count + 3) // 4
    np.testing.assert_allclose(
        fakes[:quarter], model.decode(z[:quarter], labels[:quarter]), atol=1e-6
    )


def test_fakes_come_from_the_prior_whatever_the_latents_of_the_images():
    model = tiny("cvae-cgan")
    labels, seeds = ops.zeros(60, "int32"), model.evaluation_seeds.state
    start, found = ops.copy(seeds), []
    for value in (-1.0, 1.0):
        seeds.assign(start)
        z = value * ops.ones((60, 3))
        found.append(model.generate_fakes(z, labels, training=False))
    np.testing.assert_array_equal(*found)
    assert found[0].shape == (60, *model.shape)
    assert np.ptp(found[0], axis=0).max() > 0.0


def test_networks_for_few_images_come_with_fakes_from_the_posterior():
    assert tiny("cvae-cgan", few=True).posterior_fakes
    assert not tiny("cvae-cgan").posterior_fakes
    assert not tiny("cvae-cgan", few=True, posterior_fakes=False).posterior_fakes


def test_a_file_from_before_the_option_keeps_its_fakes():
    model = tiny("cvae-cgan")
    now, before = model.get_config(), model.get_config()
    del before["posterior_fakes"]
    assert not CVAECGAN.from_config(now).posterior_fakes
    assert CVAECGAN.from_config(before).posterior_fakes


def test_classify_gives_probabilities_and_evaluate_the_same_accuracy(batch):
    x, y = batch
    model = tiny("cvae-cgan")
    model.fit(x, y, epochs=2, batch_size=16, verbose=0)
    probabilities = model.classify(x)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)
    accuracy = np.mean(probabilities.argmax(axis=1) == y)
    assert model.evaluate(x, y, verbose=0, return_dict=True)[
        "accuracy"
    ] == pytest.approx(accuracy)


def test_a_value_is_as_real_as_its_likely_classes_say(batch):
    x, y = batch
    model = tiny("cvae-cgan")
    said, classes = model.discriminator(model.fields["x"].scaled(x))
    odds = ops.softmax(classes) * ops.exp(said)
    expected = np.log(ops.convert_to_numpy(ops.sum(odds, axis=1)))
    assert said.shape == (len(x), 3)
    np.testing.assert_allclose(model.realness(x, y), expected, atol=1e-5)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="elbo_weight=-0.1 is not a number in"):
        tiny("cvae-cgan", elbo_weight=-0.1)
    with pytest.raises(ValueError, match="noise=-1.0 is not a number in"):
        tiny("cvae-cgan", noise=-1.0)
    with pytest.raises(ValueError, match="r1_weight=-1.0 is not a number in"):
        tiny("cvae-cgan", r1_weight=-1.0)
    with pytest.raises(
        ValueError, match=r"label_smoothing=0.9 is not a number in \[0.0, 0.5\]"
    ):
        tiny("cvae-cgan", label_smoothing=0.9)
