import math

import numpy as np
import pytest

from kgen.models import ACGAN
from tests.conftest import SHAPE, tiny


def test_an_untrained_classifier_pays_the_logarithm_of_the_number_of_classes(batch):
    logs = tiny("acgan", num_classes=10).evaluate(*batch, verbose=0, return_dict=True)
    assert logs["class_loss"] == pytest.approx(math.log(10), abs=0.1)
    assert logs["fake_class_loss"] == pytest.approx(math.log(10), abs=0.1)


def test_objectives_are_the_weighted_sums_of_their_parts(batch):
    logs = tiny("acgan", class_weight=3.0).evaluate(*batch, verbose=0, return_dict=True)
    assert logs["discriminator_loss"] == pytest.approx(
        logs["real_loss"] + logs["fake_loss"] + 3.0 * logs["class_loss"], rel=1e-5
    )
    assert logs["generator_loss"] == pytest.approx(
        logs["adversarial_loss"] + 3.0 * logs["fake_class_loss"], rel=1e-5
    )


def test_the_discriminator_learns_the_classes_of_fakes_where_it_is_told_to(batch):
    images_alone, both = tiny("acgan"), tiny("acgan", class_weight_on_fakes=2.0)
    both.set_weights(images_alone.get_weights())
    logs, more = (
        model.evaluate(*batch, verbose=0, return_dict=True)
        for model in (images_alone, both)
    )
    assert more["class_loss"] == pytest.approx(
        logs["class_loss"] + 2.0 * logs["fake_class_loss"], rel=1e-5
    )


def test_the_label_changes_the_image_and_the_latents_their_style():
    model, z = (
        tiny("acgan"),
        np.random.default_rng(0).standard_normal((2, 3), dtype="float32"),
    )
    one, other = model.decode(z, [0, 0]), model.decode(z, [1, 1])
    assert np.abs(one - other).max() > 1e-4 and np.abs(one[0] - one[1]).max() > 1e-4


def test_it_learns_to_classify_and_to_draw_what_it_is_told():
    labels = np.arange(256) % 2
    images = np.where(labels == 0, 0.1, 0.9).astype("float32")[
        :, None, None, None
    ] * np.ones((1, *SHAPE), "float32")
    model = tiny(
        "acgan", num_classes=2, width=8, discriminator_width=8, dropout=0.0, noise=0.0
    )
    model.fit(images, labels, batch_size=32, epochs=8, verbose=0)
    assert np.mean(model.classify(images).argmax(axis=1) == labels) == 1.0
    dark, light = (model.generate(50, labels=label, seed=0).mean() for label in (0, 1))
    assert dark < 0.5 < light


def test_labels_are_asked_for(batch):
    for call in (
        lambda: tiny("acgan").fit(batch[0], verbose=0),
        lambda: tiny("acgan").decode(np.zeros((2, 3))),
    ):
        with pytest.raises(ValueError, match="ACGAN needs the labels"):
            call()


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="class_weight_on_fakes=-1 is not a number in"):
        tiny("acgan", class_weight_on_fakes=-1)
    with pytest.raises(ValueError, match="num_classes=0 is not a whole number"):
        ACGAN.from_shape(SHAPE, num_classes=0)
