"""Textures: what hinge losses pay in closed form, frozen features, and canvases of any size."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen import losses, networks
from kgen.fields import Image
from kgen.models import MarkovianGAN
from tests.conftest import tiny, uncompiled

FIELD = Image((32, 32, 1))


def saying(model, value):
    """The model with a judge that says ``value`` of every patch."""
    head = model.discriminator.layers[-1]
    kernel, bias = head.get_weights()
    head.set_weights([0.0 * kernel, 0.0 * bias + value])
    return model


@pytest.mark.parametrize(
    ("value", "real", "fake"), [(0.0, 1.0, 1.0), (0.5, 0.5, 1.5), (-3.0, 4.0, 0.0)]
)
def test_a_judge_of_one_opinion_pays_the_hinges(value, real, fake, batch):
    model = uncompiled(saying(tiny("markovian-gan", texture_weight=2.0), value))
    logs = model.evaluate(batch[0], verbose=0, return_dict=True)
    assert (logs["real_loss"], logs["fake_loss"], logs["adversarial_loss"]) == (
        real,
        fake,
        real,
    )
    assert logs["generator_loss"] == pytest.approx(
        logs["pixel_error"] + 2.0 * real, rel=1e-5
    )


def test_the_pixel_error_is_that_of_reconstructions_in_scaled_units(batch):
    model = uncompiled(tiny("markovian-gan", texture_weight=0.0))
    logs = model.evaluate(batch[0], verbose=0, return_dict=True)
    again = model.reconstruct(batch[0])
    assert logs["pixel_error"] == pytest.approx(
        4 * np.mean((batch[0] - again) ** 2), rel=1e-4
    )


def test_a_value_pays_the_mean_over_its_patches():
    scores = ops.convert_to_tensor([[[[2.0], [0.0]]], [[[-3.0], [1.0]]]])
    paid = [losses.of_patches(losses.hinge_loss, scores, sign) for sign in (1.0, -1.0)]
    np.testing.assert_allclose(paid, [[0.5, 2.0], [2.0, 1.0]])


def test_given_features_are_cut_copied_and_frozen():
    classifier = networks.classifier((32, 32, 1), 3, width=4)
    before = classifier.get_weights()
    model = MarkovianGAN.from_fields(FIELD, width=4, features=classifier)
    assert model.features.output_shape[1:] == (8, 8, 8)  # a quarter of each side
    assert classifier.trainable and not model.features.trainable_variables
    model.compile()
    model.train_step(np.random.default_rng(0).random((4, 32, 32, 1), dtype="float32"))
    kept = [*model.features.get_weights(), *classifier.get_weights()]
    for old, new in zip(
        [*before[: len(kept) - len(before)], *before], kept, strict=True
    ):
        np.testing.assert_array_equal(old, new)


def test_features_see_values_between_0_and_1(tmp_path):
    same = keras.Sequential(
        [keras.Input((32, 32, 1)), keras.layers.Activation("linear")]
    )
    same.save(tmp_path / "same.keras")
    model = MarkovianGAN.from_fields(
        FIELD, width=4, features=str(tmp_path / "same.keras")
    )
    x = np.random.default_rng(0).random((2, 32, 32, 1), dtype="float32")
    np.testing.assert_allclose(
        model.features(model.fields["x"].scaled(x)), x, atol=1e-6
    )


def test_features_of_a_network_for_any_sides():
    x = keras.Input((None, None, 1))
    open_sides = keras.Model(x, keras.layers.Conv2D(3, 5, padding="same")(x))
    model = MarkovianGAN.from_fields(FIELD, width=4, features=open_sides)
    values = np.random.default_rng(0).random((2, *FIELD.shape), "float32")
    np.testing.assert_allclose(
        model.features(model.fields["x"].scaled(values)), open_sides(values), atol=1e-5
    )


def test_networks_that_give_no_features_are_refused():
    dense = networks.dense_discriminator((32, 32, 1), 4)
    with pytest.raises(
        ValueError, match="has no layer with a map of a quarter of the sides"
    ):
        MarkovianGAN.from_fields(FIELD, features=dense)
    with pytest.raises(
        ValueError, match=r"takes values of shape \(8, 8, 1\), and these are"
    ):
        MarkovianGAN.from_fields(FIELD, features=networks.classifier((8, 8, 1), 3))
    with pytest.raises(ValueError, match="neither a built keras.Model of one input"):
        MarkovianGAN.from_fields(FIELD, features=3)


def test_a_latent_vector_that_moves_by_a_point_moves_its_canvas_by_a_step():
    model = MarkovianGAN.from_fields(FIELD, width=4, seed=0)
    z = np.random.default_rng(0).standard_normal((1, 10, 8, 4)).astype("float32")
    canvas, moved = (
        ops.convert_to_numpy(model.decoder(part)) for part in (z, z[:, 1:])
    )
    assert canvas.shape == (1, 80, 64, 1)
    # What lies near the edge sees the edge.
    np.testing.assert_allclose(canvas[:, 32:], moved[:, 24:], atol=1e-5)


def test_canvases_of_sides_that_no_network_divides_and_of_other_axes():
    model = MarkovianGAN.from_fields(FIELD, width=4, seed=0)
    assert model.canvas(50, 33, n=2, seed=1).shape == (2, 50, 33, 1)
    assert model.restyle(np.zeros((2, 21, 45, 1))).shape == (2, 21, 45, 1)
    with pytest.raises(
        ValueError,
        match=r"sides=\(50,\) are 1, and MarkovianGAN was trained on values with 2",
    ):
        model.canvas(50)
    with pytest.raises(
        ValueError, match="side 1=0 is not a whole number of at least 1"
    ):
        model.canvas(50, 0)
    with pytest.raises(ValueError, match="takes values in"):
        model.restyle(np.full((1, 40, 40, 1), 255.0))
