"""What features of a latent vector tell, against closed forms."""

from math import comb

import keras
import numpy as np
import pytest

from kgen import latent
from kgen.fields import Vector
from kgen.models import MODELS

NAMES = [f"gene_{number}" for number in range(10)]


def test_a_planted_feature_tells_its_group():
    latents = np.column_stack(
        [
            [5, 6, 7, 8, 1, 2, 3, 4.0],
            [1, 2, 3, 4, 5, 6, 7, 8.0],
            [1, 5, 2, 6, 4, 3, 8, 7.0],
        ]
    )
    has = np.arange(8) < 4
    found = latent.telling(latents, has)
    pairs = [np.mean(column[has][:, None] > column[~has][None]) for column in latents.T]
    np.testing.assert_allclose(found.auroc, pairs)
    np.testing.assert_allclose(found.auroc[:2], [1.0, 0.0])
    np.testing.assert_allclose(found.p[:2], 2 / comb(8, 4))  # of two orders out of all
    np.testing.assert_allclose(found.corrected, np.minimum(1.0, 3 * found.p))


def test_a_constant_feature_tells_nothing():
    found = latent.telling(np.ones((8, 2)), np.arange(8) < 4)
    assert found.auroc.tolist() == [0.5, 0.5] and found.p.tolist() == [1.0, 1.0]


def test_a_group_of_two_is_refused():
    with pytest.raises(ValueError, match="2 values and there are 6 others; at least 3"):
        latent.telling(np.ones((8, 2)), np.arange(8) < 2)


def test_over_representation_of_a_small_table_by_hand():
    sets = {"three": NAMES[:3], "four": NAMES[2:6], "strange": ["other"]}
    first, second = latent.enriched(NAMES[:4], sets, NAMES)
    # 10 genes, 4 chosen: all 3 of the one set; 2 of the 4 of the other, or more.
    three = comb(3, 3) * comb(7, 1) / comb(10, 4)
    four = sum(comb(4, k) * comb(6, 4 - k) for k in (2, 3, 4)) / comb(10, 4)
    assert (first.name, first.found, first.size, first.genes) == (
        "three",
        3,
        3,
        NAMES[:3],
    )
    assert first.expected == pytest.approx(4 * 3 / 10)
    assert (second.name, second.found, second.size) == ("four", 2, 4)
    np.testing.assert_allclose([first.p, second.p], [three, four])
    # Benjamini and Hochberg of two: the lesser times 2, the greater as it is.
    np.testing.assert_allclose(
        [first.adjusted, second.adjusted], [min(2 * three, four), four]
    )


def test_chance_finds_no_set():
    random, genes = np.random.default_rng(0), [f"g{number}" for number in range(400)]
    sets = {
        f"set {number}": random.choice(genes, 30, replace=False).tolist()
        for number in range(50)
    }
    found = latent.enriched(random.choice(genes, 40, replace=False), sets, genes)
    assert min(one.adjusted for one in found) > 0.05 and len(found) == 50


def test_the_tails_of_weights_are_beyond_the_deviations():
    weights = np.zeros(100)
    weights[[7, 3, 50]] = 4.0, 6.0, -5.0
    high, low = latent.tails(weights)
    assert high.tolist() == [3, 7] and low.tolist() == [50]
    assert [len(end) for end in latent.tails(np.ones(10))] == [0, 0]


def linear(spread):
    """An autoencoder whose networks are one matrix each, and those matrices."""
    random = np.random.default_rng(1)
    values = random.normal(3.0, 2.0, (50, 6)).astype("float32")
    field = Vector.of(values, "x", NAMES[:6]).fitted(values)
    field = field if spread is None else field.onto(spread)
    # Decoded values stay within the range: outside it they would be clipped.
    matrices = (
        0.05 * random.normal(size=(6, 2)).astype("float32"),
        random.normal(size=(2, 6)).astype("float32"),
    )
    networks = []
    for matrix in matrices:
        network = keras.Sequential(
            [keras.Input(matrix.shape[:1]), keras.layers.Dense(matrix.shape[1])]
        )
        network.layers[0].kernel.assign(matrix)
        networks.append(network)
    return (
        MODELS["autoencoder"].load()(*networks, fields={"x": field}),
        values,
        matrices,
    )


@pytest.mark.parametrize(
    "spread", [None, (-2.0, 2.0)], ids=["standardised", "by the range"]
)
def test_the_slope_of_a_linear_decoder_is_its_weights(spread):
    model, values, (_, decoder) = linear(spread)
    weights = latent.decoder_weights(model, model.latents(values))
    np.testing.assert_allclose(weights, decoder, rtol=2e-3, atol=2e-3)


def test_what_moves_between_groups_is_the_decoder_times_the_shift():
    model, values, (_, decoder) = linear(None)
    latents, groups = model.latents(values), np.array(["a", "b"] * 25)
    shift = latent.shift_between(latents, groups, "a", "b")
    np.testing.assert_allclose(
        shift, latents[1::2].mean(axis=0) - latents[::2].mean(axis=0)
    )
    told = latent.moved(model, latents[:5], shift)
    np.testing.assert_allclose(
        told,
        np.tile(shift @ decoder * model.fields["x"].deviation, (5, 1)),
        rtol=1e-3,
        atol=1e-3,
    )


def test_missing_numbers_of_values_on_a_line_are_found():
    """A model that projects on the line of its values finds a missing one from the others."""
    random = np.random.default_rng(0)
    direction = np.array([1.0, -2.0, 0.5, 1.0, 1.0, 2.0])
    values = (5.0 + np.outer(random.normal(size=60), direction)).astype("float32")
    field = Vector.of(values, "x").fitted(values)
    scaled = field.scaled(values)
    axis = np.linalg.svd(scaled - scaled.mean(axis=0))[2][:1].astype("float32")
    model, _, _ = linear(None)
    networks = []
    for matrix in (axis.T, axis):
        network = keras.Sequential(
            [keras.Input(matrix.shape[:1]), keras.layers.Dense(matrix.shape[1])]
        )
        network.layers[0].kernel.assign(matrix)
        networks.append(network)
    model = type(model)(*networks, fields={"x": field})
    missing = np.zeros(values.shape, bool)
    missing[np.arange(60), np.arange(60) % 6] = True
    filled = latent.imputed(model, np.where(missing, np.nan, values), missing)
    known, errors = ~missing, np.abs(filled - values)[missing]
    np.testing.assert_array_equal(filled[known], values[known])
    means = np.broadcast_to(latent.column_means(values, missing), values.shape)
    assert errors.mean() < 0.05 * np.abs(means - values)[missing].mean()
