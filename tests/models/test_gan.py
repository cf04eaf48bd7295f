import math

import keras
import numpy as np
import pytest
from keras import ops

from kgen import losses
from kgen.models import GAN
from tests.conftest import SHAPE, tiny
from tests.models import normals


def undecided(**options):
    """A GAN whose discriminator gives every image a logit of 0."""
    model = tiny("gan", **options)
    last = model.discriminator.layers[-1]
    last.set_weights([np.zeros_like(weight) for weight in last.get_weights()])
    return model


def test_the_default_networks_are_the_courses():
    model = GAN.from_shape((28, 28, 1))
    assert model.generator.count_params() == 1_463_312
    assert model.discriminator.count_params() == 1_460_225


def test_equilibrium(batch):
    logs = undecided().evaluate(batch[0], verbose=0, return_dict=True)
    assert logs["generator_loss"] == pytest.approx(math.log(2))
    assert logs["discriminator_loss"] == pytest.approx(2 * math.log(2))
    assert logs["loss"] == pytest.approx(3 * math.log(2))
    assert undecided(saturating=True).evaluate(batch[0], verbose=0, return_dict=True)[
        "generator_loss"
    ] == (pytest.approx(-math.log(2)))


@pytest.mark.parametrize(
    ("mean", "loss", "accuracy"),
    [
        (0.0, 1.3863, 0.5),
        (1.0, 1.1635, 0.6915),
        (2.0, 0.7126, 0.8413),
        (4.0, 0.1209, 0.9772),
    ],
)
def test_a_trained_discriminator_pays_and_tells_apart_what_theory_says(
    mean, loss, accuracy
):
    model = normals.trained(
        GAN(normals.shift(mean), normals.line(), fields=normals.FIELDS, seed=0)
    )
    assert normals.paid(model)["discriminator_loss"] == pytest.approx(loss, abs=0.01)
    if mean:  # where the fakes are the images, a coin decides
        real = model.discriminator(normals.real(40_000))
        fake = model.discriminator(model.generate(40_000, seed=0))
        told = 0.5 * (np.mean(np.array(real) > 0) + np.mean(np.array(fake) < 0))
        assert told == pytest.approx(accuracy, abs=5e-3)


def test_where_the_fakes_are_known_the_saturating_gradient_is_ten_thousand_times_smaller():
    logits, model = ops.convert_to_tensor([math.log(1e-4 / (1 - 1e-4))]), tiny("gan")
    strong, weak = (
        model.input_gradient(loss, logits)
        for loss in (losses.generator_loss, losses.saturating_loss)
    )
    assert float(strong[0] / weak[0]) == pytest.approx(1e4, rel=1e-3)


def test_label_smoothing_is_for_the_images_alone(batch):
    plain, smoothing = tiny("gan"), tiny("gan", label_smoothing=0.3)
    smoothing.set_weights(plain.get_weights())
    logs, smoothed = (
        model.evaluate(batch[0], verbose=0, return_dict=True)
        for model in (plain, smoothing)
    )
    assert (
        logs["real_loss"] != smoothed["real_loss"]
        and logs["fake_loss"] == smoothed["fake_loss"]
    )


def test_predict_decodes_latents():
    model, z = (
        tiny("gan"),
        np.random.default_rng(0).standard_normal((5, 3), dtype="float32"),
    )
    np.testing.assert_allclose(model.predict(z, verbose=0), model.decode(z), atol=1e-6)


@pytest.mark.parametrize("latent_dim", [1, 4096])
@pytest.mark.parametrize(
    "name", ["gan", "dcgan", "cgan", "acgan", "lsgan", "wgan", "wgan-gp", "vae-gan"]
)
def test_latents_of_any_size(name, latent_dim, batch):
    model = tiny(name, latent_dim=latent_dim)
    assert model.latent_dim == latent_dim and model.generate(3).shape == (3, *SHAPE)
    assert np.isfinite(float(model.train_step(batch)["loss"]))


def test_bad_arguments_are_named():
    with pytest.raises(
        ValueError, match=r"label_smoothing=0.9 is not a number in \[0.0, 0.5\]"
    ):
        tiny("gan", label_smoothing=0.9)
    with pytest.raises(
        ValueError, match=r"dropout=1.0 is not a number in \[0.0, 0.9\]"
    ):
        tiny("gan", dropout=1.0)


def test_images_in_another_range_are_told_how_to_get_into_this_one(batch):
    with pytest.raises(
        ValueError,
        match=r"values in \[0.0, 1.0\]. Bring them there first, e.g. by x / 255",
    ):
        tiny("gan").fit(255 * batch[0], verbose=0)


def test_label_noise_turns_a_share_of_the_labels_over_but_none_in_evaluation():
    model = tiny("gan", label_noise=0.25)
    real = ops.full((100_000, 1), 2.0)
    fake = ops.full((100_000, 1), -1.0)
    noisy, plain = (
        float(model.discriminator_loss(real, fake, training))
        for training in (True, False)
    )
    right, wrong = (
        float(ops.sum(ops.softplus([-sign * 2.0, -sign * 1.0]))) for sign in (1, -1)
    )
    assert plain == pytest.approx(right, rel=1e-4)
    assert noisy == pytest.approx(0.75 * right + 0.25 * wrong, abs=0.02)


@pytest.mark.parametrize("name", ["gan", "cgan", "acgan", "lsgan", "wgan", "vae-gan"])
def test_realness_is_what_the_discriminator_says(name, batch):
    model, (x, y) = tiny(name), batch
    scaled = model.fields["x"].scaled(x)
    inputs = [scaled, y] if name == "cgan" else scaled
    said = keras.tree.flatten(model.discriminator(inputs))[0]
    np.testing.assert_allclose(model.realness(x, y), said[:, 0], atol=1e-6)
    assert model.boundary == {"lsgan": 0.5, "wgan": None}.get(name, 0.0)


def test_a_discriminator_at_chance_that_pays_for_two_fakes_an_image_says_what_is_in_doubt():
    logits = np.linspace(-2, 2, 4001, dtype="float32")[:, None]
    paid = losses.real_loss(logits) + 2 * losses.fake_loss(logits)
    assert logits[int(ops.argmin(paid)), 0] == pytest.approx(
        -tiny("vae-gan").chance_margin, abs=2e-3
    )
