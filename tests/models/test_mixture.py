"""K generators and the classifier that tells them apart: what they pay, and who draws what."""

import keras
import numpy as np
import pytest

from kgen.data import toys
from kgen.fields import Vector
from kgen.layers import Component
from kgen.metrics import mode_coverage
from kgen.models import MixtureGAN
from tests.conftest import tiny, uncompiled

CODES = np.random.default_rng(0).standard_normal((4000, 3)).astype("float32")


def paid(model, batch):
    return uncompiled(model).evaluate(batch[0], verbose=0, return_dict=True)


def undecided(model, classes=0.0):
    """The model with a judge that says 0 of everything, and ``classes`` of the generators."""
    for head, bias in zip(model.discriminator.layers[-2:], (0.0, classes), strict=True):
        kernel, old = head.get_weights()
        head.set_weights([0.0 * kernel, 0.0 * old + bias])
    return model


def test_who_knows_nothing_pays_2_ln_2_and_ln_k(batch):
    logs = paid(undecided(tiny("mixture-gan", components=4)), batch)
    assert logs["discriminator_loss"] == pytest.approx(2 * np.log(2) + np.log(4))
    assert logs["generator_loss"] == pytest.approx(np.log(2) + 0.125 * np.log(4))


def test_beta_weighs_what_the_generators_pay_alone(batch):
    model = undecided(tiny("mixture-gan", components=2, beta=3.0), classes=[1.0, 0.0])
    logs = paid(model, batch)
    # of fakes that the first generator drew, for which C takes all
    share = logs["component_accuracy"]
    assert logs["class_loss"] == pytest.approx(np.log1p(np.e) - share, rel=1e-5)
    assert logs["discriminator_loss"] == pytest.approx(
        2 * np.log(2) + logs["class_loss"], rel=1e-5
    )
    assert logs["generator_loss"] == pytest.approx(
        np.log(2) + 3.0 * logs["fake_class_loss"], rel=1e-5
    )


def test_generators_draw_equally_often_and_from_the_same_noise():
    drawn_by = keras.ops.convert_to_numpy(Component(5)(CODES))
    assert np.bincount(drawn_by) / len(CODES) == pytest.approx(
        np.full(5, 0.2), abs=0.025
    )
    means = [CODES[drawn_by == number, 1].mean() for number in range(5)]
    assert means == pytest.approx(np.zeros(5), abs=0.1)
    ends = keras.ops.convert_to_numpy(
        Component(5)(np.array([[-40.0], [40.0]], "float32"))
    )
    assert ends.tolist() == [0, 4]


def test_a_generator_that_is_asked_for_draws_alone():
    model = tiny("mixture-gan", components=3)
    found = [model._of_component(CODES[:50], number) for number in range(3)]
    assert [set(np.array(model.component(latents))) for latents in found] == [
        {0},
        {1},
        {2},
    ]
    samples = model.generate(4, seed=1, component=2)
    assert samples.shape == (4, 8, 8, 1) and not np.allclose(
        samples, model.generate(4, seed=1, component=1)
    )
    with pytest.raises(
        ValueError, match="component=3 is not a whole number from 0 to 2"
    ):
        model.generate(4, component=3)


def test_generators_share_all_layers_but_their_first():
    model = tiny("mixture-gan", components=3)
    before = [model.generate(4, seed=1, component=number) for number in range(3)]
    first = next(
        layer
        for layer in model.generator.layers
        if isinstance(layer, keras.layers.Dense)
    )
    kernel, bias = first.get_weights()
    own = kernel.shape[1] // 3
    kernel[:, :own], bias[:own] = 1.0, 0.5
    first.set_weights([kernel, bias])
    after = [model.generate(4, seed=1, component=number) for number in range(3)]
    moved = [
        not np.array_equal(old, new) for old, new in zip(before, after, strict=True)
    ]
    assert moved == [True, False, False]


def test_one_number_leaves_the_generators_no_noise():
    with pytest.raises(ValueError, match=r"latent_dim=1 is not a number in \[2, inf\]"):
        tiny("mixture-gan", latent_dim=1)
    with pytest.raises(ValueError, match="beta=-1"):
        tiny("mixture-gan", beta=-1)


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_noise_changes_what_d_and_c_see_in_training_alone(noise, batch):
    judge = tiny("mixture-gan", noise=noise).discriminator
    plain, again = (judge(batch[0], training=False) for _ in range(2))
    noisy = judge(batch[0], training=True)
    for own, same, other in zip(plain, again, noisy, strict=True):
        np.testing.assert_array_equal(own, same)
        assert np.allclose(own, other, rtol=1e-5) == (noise == 0.0)


def test_with_beta_the_classifier_makes_a_tenth_of_the_mistakes():
    assert mistakes_of_classifier(beta=1.0) < 0.1 * mistakes_of_classifier(beta=0.0)


def mistakes_of_classifier(beta):
    """How often C mistakes one of two generators after a short training on one Gaussian."""
    x = toys.normal.samples(6400)
    field = Vector.of(x, "x").fitted(x)
    model = MixtureGAN.from_fields(
        field, components=2, latent_dim=2, width=8, beta=beta, seed=0
    )
    model.compile(
        *[keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(2)],
        steps_per_execution=10,
    )
    logs = model.fit(x, batch_size=64, epochs=4, verbose=0).history
    return 1.0 - logs["component_accuracy"][-1]


@pytest.mark.slow
def test_each_generator_finds_a_mode_of_the_ring():
    ring, x = toys.ring, toys.ring.samples(100_000)
    field, sizes = Vector.of(x, "x").fitted(x), {"latent_dim": 2, "width": 8}
    model = MixtureGAN.from_fields(field, **sizes, ema_decay=0.999, seed=0)
    model.compile(*(keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(2)))
    logs = model.fit(x, batch_size=256, epochs=10, verbose=0).history
    assert logs["component_accuracy"][-1] >= 0.95
    samples = [model.generate(500, seed=1, component=number) for number in range(8)]
    whole = mode_coverage(
        np.concatenate(samples), ring.centres, ring.standard_deviation
    )
    assert whole["modes"] == 8 and whole["high_quality"] >= 0.97
    owned = [np.bincount(ring.nearest(part), minlength=8) for part in samples]
    assert {counts.argmax() for counts in owned} == set(range(8))
    assert min(counts.max() for counts in owned) >= 475
