import keras
import numpy as np
import pytest
from keras import ops

from kgen.models import VAEGAN
from tests.conftest import SHAPE, tiny


def test_objectives_are_the_weighted_sums_of_their_parts(batch):
    logs = tiny("vae-gan", feature_weight=3.0).evaluate(
        batch[0], verbose=0, return_dict=True
    )
    assert logs["encoder_loss"] == pytest.approx(
        logs["kl_loss"] + logs["feature_loss"], rel=1e-5
    )
    assert logs["generator_loss"] == pytest.approx(
        3.0 * logs["feature_loss"] + logs["adversarial_loss"], rel=1e-5
    )
    assert logs["discriminator_loss"] == pytest.approx(
        logs["real_loss"] + logs["fake_loss"], rel=1e-5
    )
    parts = [
        logs[f"{player}_loss"] for player in ("encoder", "generator", "discriminator")
    ]
    assert logs["loss"] == pytest.approx(sum(parts), rel=1e-5)


def test_no_gradient_of_the_game_reaches_the_encoder(batch):
    whole = tiny("vae-gan")
    realness, features = whole.discriminator.outputs
    blind = keras.Model(
        whole.discriminator.inputs, [realness, keras.layers.Rescaling(0.0)(features)]
    )
    # At mean 0 and log-variance 0 the KL gradient is 0: only the GAN loss could move the encoder.
    for head in whole.encoder.layers[-2:]:
        head.set_weights([np.zeros_like(weight) for weight in head.get_weights()])
    model = VAEGAN(whole.encoder, whole.generator, blind, margin=float("inf"))
    model.compile(*(keras.optimizers.SGD(1.0) for _ in range(3)))
    assert stepped(model, batch) == {"generator", "discriminator"}


LEVEL, WON, LOST = 0.0, 4.0, -4.0


@pytest.mark.parametrize(
    ("real", "reconstructed", "sampled", "expected"),
    [
        (LEVEL, LEVEL, LEVEL, (True, True)),
        (WON, LEVEL, LEVEL, (False, True)),
        (LEVEL, LEVEL, WON, (False, True)),
        (LOST, LEVEL, LEVEL, (True, False)),
        (LEVEL, LOST, LEVEL, (True, False)),
        (WON, LOST, LEVEL, (True, True)),
    ],
)
def test_the_gate_keeps_the_players_level(real, reconstructed, sampled, expected):
    logits = [ops.full((5, 1), value) for value in (real, -reconstructed, -sampled)]
    assert tuple(map(bool, tiny("vae-gan").gate(*logits))) == expected


def test_a_winning_discriminator_waits(batch):
    model = tiny("vae-gan")
    bias = model.discriminator.get_layer("realness").bias
    bias.assign(bias + 4.0)
    # It takes everything for real: wins on the images, loses on the fakes, so both play.
    assert stepped(model, batch) == {"encoder", "discriminator", "generator"}
    model = tiny("vae-gan", equilibrium=5.0)
    assert stepped(model, batch) == {"encoder", "generator"}


def stepped(model, batch):
    """The players that a step moves."""
    before = {name: getattr(model, name).get_weights() for name in model.players}
    model.train_step(batch)
    pairs = {
        name: zip(before[name], getattr(model, name).get_weights(), strict=True)
        for name in before
    }
    return {
        name
        for name, weights in pairs.items()
        if any((was != now).any() for was, now in weights)
    }


def test_it_learns_to_reconstruct():
    grey = (
        np.random.default_rng(0).uniform(0.05, 0.95, (512, 1, 1, 1)).astype("float32")
    )
    images = grey * np.ones((1, *SHAPE), "float32")
    model = tiny("vae-gan", width=8, feature_weight=1.0)
    model.compile(*(keras.optimizers.Adam(2e-3, beta_1=0.5) for _ in range(3)))
    model.fit(images, batch_size=64, epochs=15, verbose=0)
    again = model.reconstruct(images).mean(axis=(1, 2, 3))
    assert np.corrcoef(again, grey[:, 0, 0, 0])[0, 1] > 0.9


def test_it_has_no_likelihood_of_pixels():
    assert not hasattr(tiny("vae-gan"), "log_likelihood")


def test_bad_arguments_are_named():
    for argument in ("feature_weight", "equilibrium", "margin"):
        with pytest.raises(ValueError, match=f"{argument}=-1 is not a number in"):
            tiny("vae-gan", **{argument: -1})
