"""Random strengths of stains: what they change of the optical densities, and what they leave."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen import networks
from kgen.fields import Image, Label
from kgen.layers import RandomStain
from kgen.layers.random_stain import STAINS
from kgen.models import ACGAN, CGAN, DCGAN
from tests.conftest import uncompiled, value_and_gradient


def amounts(count=6):
    """How much of each stain there is at every pixel, (n, 8, 8, 3)."""
    return (
        np.random.default_rng(0).uniform(0.2, 0.8, (count, 8, 8, 3)).astype("float32")
    )


def images(found):
    return np.exp(-found @ STAINS)


def array(tensor):
    return ops.convert_to_numpy(tensor)


@pytest.mark.parametrize(("jitter", "training"), [(0.2, False), (0.0, True)])
def test_nothing_changes_outside_training_or_without_jitter(jitter, training):
    values = images(amounts())
    found = array(RandomStain(jitter)(values, training=training))
    np.testing.assert_array_equal(found, values)


def test_each_stain_of_each_image_is_scaled_and_shifted_alone():
    color = pytest.importorskip(
        "skimage.color", reason="the deconvolution is scikit-image's"
    )
    before = images(amounts())
    after = array(RandomStain(0.2, seed=0)(before, training=True))
    unit = -np.log(1e-6)  # of scikit-image's densities
    factors = []
    for old, new in zip(
        *(color.rgb2hed(part) * unit for part in (before, after)), strict=True
    ):
        for stain in range(3):
            line = np.polynomial.Polynomial.fit(
                old[..., stain].ravel(), new[..., stain].ravel(), 1
            )
            np.testing.assert_allclose(
                line(old[..., stain]), new[..., stain], atol=1e-4
            )
            factors.append(line.convert().coef)
    offsets, gains = np.array(factors).T
    assert np.abs(offsets).max() < 0.2001 and np.abs(gains - 1).max() < 0.2001
    assert len(np.unique(gains.round(4))) == len(gains) and gains.std() > 0.05


def test_the_same_seed_is_the_same_change_in_any_scale():
    values = images(amounts())
    plain = array(RandomStain(0.2, seed=0)(values, training=True))
    wide = array(RandomStain(0.2, (-1.0, 1.0), seed=0)(2 * values - 1, training=True))
    np.testing.assert_allclose((wide + 1) / 2, plain, atol=1e-5)


def test_black_and_white_stay_colours():
    ends = np.repeat(np.array([0.0, 1.0], "float32"), 4 * 8 * 8 * 3).reshape(8, 8, 8, 3)
    found = array(RandomStain(0.5, seed=0)(ends, training=True))
    assert np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1


def test_the_gradient_is_that_of_a_small_change():
    values = images(amounts())
    change, weights = (
        np.random.default_rng(seed).normal(size=values.shape).astype("float32")
        for seed in (1, 2)
    )

    def summed(x):
        return ops.sum(RandomStain(0.2, seed=1)(x, training=True) * weights)

    _, gradient = value_and_gradient(summed, values)
    slope = ops.sum(gradient * change)
    step = 1e-3
    ahead, behind = (summed(values + sign * step * change) for sign in (1, -1))
    np.testing.assert_allclose(
        array(slope), array((ahead - behind) / (2 * step)), rtol=0.02
    )


def test_it_is_saved_with_its_arguments(tmp_path):
    network = networks.classifier((8, 8, 3), 2, width=2, stain=0.1, limits=(-1.0, 1.0))
    network.save(tmp_path / "c.keras")
    again = keras.models.load_model(tmp_path / "c.keras")
    (layer,) = [one for one in again.layers if isinstance(one, RandomStain)]
    assert layer.jitter == 0.1 and tuple(layer.limits) == (-1.0, 1.0)


FIELDS = {"x": Image((8, 8, 3)), "y": Label(2)}


@pytest.mark.parametrize("kind", [ACGAN, CGAN, DCGAN])
@pytest.mark.parametrize("stain", [0.0, 0.1])
def test_a_discriminator_sees_the_range_of_its_model(kind, stain):
    fields = FIELDS if kind is not DCGAN else {"x": FIELDS["x"]}
    model = kind.from_fields(**fields, latent_dim=2, width=2, stain=stain)
    found = [one for one in model.discriminator.layers if isinstance(one, RandomStain)]
    assert [(one.jitter, one.limits) for one in found] == [(stain, (-1.0, 1.0))] * bool(
        stain
    )


def test_a_stained_gan_trains_and_classifies_alike_after_it_is_loaded(tmp_path):
    x, y = images(amounts(8)), np.arange(8) % 2
    sizes = {"latent_dim": 2, "width": 2, "discriminator_width": 2}
    model = ACGAN.from_fields(**FIELDS, **sizes, stain=0.1)
    model.compile()
    logs = uncompiled(model).fit(x, y, batch_size=4, epochs=1, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(again.classify(x), model.classify(x), atol=1e-6)


@pytest.mark.parametrize(("options", "message"), [
    ({"jitter": 1.0}, r"jitter=1.0 is not a number in \[0.0, 0.9\]"),
    ({"jitter": 0.1, "limits": (1.0, 0.0)}, r"limits=\(1.0, 0.0\) should be black and white"),
])  # fmt: skip
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        RandomStain(**options)


def test_grey_images_are_refused():
    with pytest.raises(
        ValueError, match=r"stain=0.1 changes colours; these images have 1 channel"
    ):
        networks.classifier((8, 8, 1), 2, stain=0.1)
