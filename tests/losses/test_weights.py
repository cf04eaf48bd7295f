"""Weights of losses that are sums over a value's numbers, beside losses that are not."""

import keras
import numpy as np
import pytest

from kgen import losses
from kgen.fields import Image, Vector
from tests.conftest import tiny


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((28, 28, 1), 0.1),
        ((8, 8, 1), 0.1),
        ((52, 44, 1), 0.1 * 784 / 2288),
        ((56, 56, 1), 0.025),
        ((28, 28, 3), 0.1 / 3),
        ((16, 16, 16, 1), 0.1 * 784 / 4096),
        ((1568,), 0.05),
    ],
)
def test_a_number_weighs_no_more_where_there_are_more_of_them(shape, expected):
    assert losses.weight_of_sum(None, shape, reference=784) == pytest.approx(
        expected, rel=1e-12
    )
    assert losses.weight_of_sum(0.3, shape, reference=784) == 0.3
    assert losses.weight_of_sum(0.0, shape, reference=784) == 0.0


def of_images(name, side, **options):
    """A small model of square grey images with this side, and of labels if it takes them."""
    labels = {"y": tiny("cvae-cgan").fields["y"]} if name == "cvae-cgan" else {}
    return tiny(name, {"x": Image((side, side, 1)), **labels}, **options)


WEIGHTS = {"cvae-cgan": "elbo_weight", "vae-gan": "feature_weight"}
USUAL = {"cvae-cgan": 0.02, "vae-gan": 0.1}


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("side", [8, 28, 56])
def test_the_weight_of_a_hybrid_follows_the_size_of_its_sum(name, side):
    width = 32 if name == "vae-gan" else 4
    model = of_images(name, side, width=width)
    count = (
        side * side
        if name == "cvae-cgan"
        else np.prod(model.discriminator.outputs[1].shape[1:])
    )
    share = min(1.0, (784 if name == "cvae-cgan" else 2048) / count)
    assert share < 1.0 if side > 28 else share == 1.0
    assert getattr(model, WEIGHTS[name]) == USUAL[name] * share


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_weight_that_is_given_is_kept_in_the_model_and_in_its_file(name, tmp_path):
    # Earlier versions store the weight as a number, whatever the size.
    model = of_images(name, 56, **{WEIGHTS[name]: 0.1})
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert getattr(model, WEIGHTS[name]) == getattr(again, WEIGHTS[name]) == 0.1


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_weight_that_was_left_out_is_a_number_in_the_file(name, tmp_path):
    model = of_images(name, 56)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert getattr(again, WEIGHTS[name]) == getattr(model, WEIGHTS[name])
    assert isinstance(again.get_config()[WEIGHTS[name]], float)


def test_vectors_have_a_weight_too():
    assert (
        tiny(
            "cvae-cgan", {"x": Vector((1568,)), "y": tiny("cvae-cgan").fields["y"]}
        ).elbo_weight
        == 0.01
    )
