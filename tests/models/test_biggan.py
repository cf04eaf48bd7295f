"""BigGAN: its losses, its truncation, its walks between classes, and that it learns classes."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import ndtr
from scipy.stats import kstest, truncnorm

from kgen.layers import SpectralNormalization
from kgen.models import BigGAN
from tests.conftest import SHAPE, tiny, uncompiled


@pytest.fixture(scope="module")
def model():
    return tiny("biggan")


def judging(value):
    """A model whose D says ``value`` of every image."""
    model = tiny("biggan")
    judge = lambda x, y, training: ops.full((ops.shape(x)[0], 1), value)  # noqa: E731
    model.judge = judge
    return model


def test_a_walk_needs_a_sequence_of_classes():
    with pytest.raises(ValueError, match="classes=3 is no sequence of classes"):
        tiny("biggan").class_walk(3)


@pytest.mark.parametrize(("value", "real", "fake"), [(0.5, 0.5, 1.5), (-2.0, 3.0, 0.0)])
def test_both_players_pay_the_hinge_losses(value, real, fake, batch):
    logs = uncompiled(judging(value)).evaluate(*batch, verbose=0, return_dict=True)
    assert (logs["real_loss"], logs["fake_loss"]) == pytest.approx((real, fake))
    assert logs["discriminator_loss"] == pytest.approx(real + fake)
    assert logs["generator_loss"] == pytest.approx(-value)


@pytest.mark.parametrize(
    ("threshold", "variance"),
    [(0.5, 0.0806), (1.0, 0.2911), (1.5, 0.5515), (2.0, 0.7737)],
)
def test_truncated_latents_have_the_distribution_of_a_truncated_normal(
    threshold, variance, model, monkeypatch
):
    monkeypatch.setattr(model, "draw", lambda z, y: z)
    z = np.random.default_rng(0).standard_normal((100_000, 1)).astype("float32")
    share = float(2 * ndtr(threshold) - 1)
    found = ops.convert_to_numpy(
        model.truncated(share, ops.convert_to_tensor(z), None)
    )[:, 0]
    assert found.var() == pytest.approx(variance, abs=0.01)
    assert np.abs(found).max() <= threshold + 1e-4
    assert kstest(found, truncnorm(-threshold, threshold).cdf).statistic < 0.01


def test_truncation_to_the_mean_leaves_one_image_a_class(model):
    images = model.generate(6, labels=1, seed=0, truncation=0.0)
    np.testing.assert_allclose(
        images, np.broadcast_to(images[:1], images.shape), atol=1e-6
    )


def test_walks_run_straight_from_class_to_class(model):
    walk = model.class_walk([0, "2", 1], steps=3, rows=2, seed=5)
    assert walk.shape == (2, 7, *SHAPE)
    for column, label in ((0, 0), (3, 2), (6, 1)):
        samples = model.generate(2, labels=label, seed=5)
        np.testing.assert_allclose(walk[:, column], samples, atol=1e-5)


@pytest.mark.parametrize(
    ("classes", "options", "message"),
    [
        ([1], {}, r"classes=\[1\]: name two classes or more"),
        ([0, 3], {}, "classes holds labels from 0 to 3; the classes are 0 to 2"),
        ([0, 1], {"steps": 0}, "steps=0 is not a whole number"),
    ],
)
def test_a_walk_that_leads_nowhere_is_refused(classes, options, message, model):
    with pytest.raises(ValueError, match=message):
        model.class_walk(classes, **options)


def test_the_orthogonal_penalty_is_paid_by_the_generator_alone(batch):
    model = uncompiled(tiny("biggan", orthogonal_weight=1.0))
    logs = model.evaluate(*batch, verbose=0, return_dict=True)
    penalty = sum(float(term) for term in model.generator.losses)
    assert penalty > 0.0 and not model.discriminator.losses
    assert logs["generator_loss"] == pytest.approx(
        logs["adversarial_loss"] + penalty, rel=1e-5
    )
    assert logs["discriminator_loss"] == pytest.approx(
        logs["real_loss"] + logs["fake_loss"]
    )


def lit():
    """Dark images, of class 0, and light ones, of class 1."""
    labels = np.arange(256) % 2
    shades = np.where(labels == 0, 0.1, 0.9).astype("float32")[:, None, None, None]
    return shades * np.ones((1, *SHAPE), "float32"), labels


@pytest.fixture(scope="module")
def trained():
    """A model of dark images, class 0, and light ones."""
    model = tiny("biggan", num_classes=2, width=1)
    model.compile(*(keras.optimizers.Adam(1e-3, beta_1=0.0) for _ in range(2)))
    model.fit(*lit(), batch_size=32, epochs=15, verbose=0)
    return model


@pytest.mark.whole
def test_it_draws_the_class_that_is_asked_for(trained):
    dark, light = (
        trained.generate(50, labels=label, seed=0).mean() for label in (0, 1)
    )
    assert dark < 0.3 and light > 0.7


@pytest.mark.whole
def test_spectral_norms_are_1_in_both_networks_once_the_weights_rest(trained):
    trained.optimizer.learning_rate = 0.0
    trained.fit(*lit(), batch_size=2, verbose=0)
    layers = [
        layer
        for networks in trained.players.values()
        for layer in networks[0]._flatten_layers()
        if isinstance(layer, SpectralNormalization)
    ]
    norms = [largest(layer) for layer in layers]
    assert len(norms) == 20 and norms == pytest.approx([1.0] * len(norms), abs=0.01)


def largest(layer):
    """The largest singular value of a kernel as the layer applies it."""
    kernel = ops.convert_to_numpy(layer.kernel)
    divisor = float(layer._largest_singular_value(layer.kernel, training=False))
    return np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), 2) / divisor


def test_images_of_other_sizes_and_no_classes_are_refused():
    with pytest.raises(ValueError, match=r"images of 28×28 .* Set base=7"):
        BigGAN.from_shape((28, 28, 1), num_classes=10)
    with pytest.raises(ValueError, match="BigGAN takes the field y, a label"):
        BigGAN.from_shape((32, 32, 1))
    with pytest.raises(ValueError, match="orthogonal_weight=-1"):
        tiny("biggan", orthogonal_weight=-1)


@pytest.mark.parametrize(
    "options", [{"base": 4.5}, {"latent_dim": 8.5}, {"base": float("inf")}]
)
def test_sizes_that_are_no_whole_numbers_are_refused(options):
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f"{name}={value} is not a whole number"):
        BigGAN.from_shape(
            (36, 36, 1), num_classes=2, **{"base": 9, "width": 1, **options}
        )
