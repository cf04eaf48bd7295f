"""Whether maps can be trusted: planted evidence, randomised networks, deleted evidence."""

import functools

import keras
import numpy as np
import pytest
from keras import layers

from kgen import data, interpret
from kgen.interpret.subject import Subject
from kgen.networks.ranks import CONVOLUTIONS, POOLINGS
from tests.interpret.networks import SHAPES, functional, sequential

pytestmark = pytest.mark.whole

SIDES = {2: (32, 32), 3: (16, 16, 16)}
SIZES, PATCH = {2: 8, 3: 6}, 4


def trained(x, y, stages, width, classes, epochs=8):
    """A trained classifier: a convolution per (kernel, stride) of ``stages``, then pooling."""
    keras.utils.set_random_seed(0)
    rank = x.ndim - 2
    features = values = keras.Input(x.shape[1:])
    for kernel, stride in stages:
        layer = CONVOLUTIONS[rank](
            width, kernel, stride, padding="same", activation="relu"
        )
        features = layer(features)
    model = keras.Model(values, layers.Dense(classes)(POOLINGS[rank]()(features)))
    model.compile(
        keras.optimizers.Adam(3e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(x, y, epochs=epochs, batch_size=32, verbose=0)
    return model


@functools.cache
def planted(rank):
    """A network that has learnt to see squares, and new values with squares."""
    x, y, _ = interpret.squares(600, SIDES[rank], SIZES[rank])
    model = trained(x, y, [(4, 2), (3, 1)], 16, 2, epochs=24)
    x, y, evidence = interpret.squares(100, SIDES[rank], SIZES[rank], seed=1)
    return model, x[y == 1], evidence[y == 1]


@pytest.mark.parametrize("rank", SIDES)
def test_maps_point_at_planted_squares(rank):
    model, x, evidence = planted(rank)
    assert interpret.pointing_game(interpret.grad_cam(model, x, 1), evidence) >= 0.95
    covered = interpret.occlusion(model, x, 1, patch=PATCH, baseline=0.5)
    assert interpret.pointing_game(covered, evidence) >= 0.95


@pytest.mark.parametrize("rank", SIDES)
def test_a_random_point_seldom_lies_in_the_square(rank):
    _, _, evidence = planted(rank)
    random = np.random.default_rng(0).random(evidence.shape)
    assert interpret.pointing_game(random, evidence) < 0.3


def test_the_pointing_game_of_known_maps():
    maps = np.zeros((2, 4, 4))
    maps[0, 1, 2] = maps[1, 0, 0] = 1.0
    evidence = np.zeros((2, 4, 4), bool)
    evidence[:, 1:3, 1:3] = True
    assert interpret.pointing_game(maps, evidence) == 0.5
    with pytest.raises(
        ValueError, match=r"maps have the shape \(2, 4, 4\) and evidence \(1, 4, 4\)"
    ):
        interpret.pointing_game(maps, evidence[:1])


@functools.cache
def reader():
    """A wide network that classifies digits, and some of the test split."""
    digits = data.load("digits")
    grown = [
        np.kron(part["x"][..., 0] / 16, np.ones((1, 2, 2)))[..., None].astype("float32")
        for part in (digits.train, digits.test)
    ]
    model = trained(grown[0], digits.train["y"], [(5, 1), (3, 2), (3, 1)], 64, 10)
    return model, grown[1][:16]


def unrectified(model, x, target):
    return interpret.grad_cam(model, x, target, rectified=False)


def forgotten(method):
    model, x = reader()
    return interpret.cascade(model, x, method, draws=16, full=True)[0].similarity


@pytest.mark.parametrize("method", [interpret.gradient, unrectified])
def test_gradient_and_grad_cam_forget_with_the_network(method):
    assert abs(forgotten(method)) <= 0.1


def test_guided_backprop_stays_similar_whatever_the_network_knows():
    # A known failure: it reproduces the image for any network.
    assert forgotten(interpret.guided_backprop) >= 0.5


def test_a_cascade_goes_from_the_end_to_the_beginning_and_back():
    model, x = (
        functional(),
        np.random.default_rng(0).random((3, 12, 10, 2), dtype="float32"),
    )
    before = model.get_weights()
    found = interpret.cascade(model, x, interpret.gradient)
    learnt = [layer.name for layer in model.layers if layer.weights]
    assert [one.layer for one in found] == learnt[::-1]
    assert found[-1:] == interpret.cascade(model, x, interpret.gradient, full=True)
    for kept, weights in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, weights)
    again = interpret.cascade(model, x, lambda model, x, target: x)
    assert all(one.similarity == pytest.approx(1.0) for one in again)


def test_agreement_is_that_of_ranks():
    maps = np.random.default_rng(0).random((3, 5, 5))
    found = interpret.agreement(
        {"one": maps, "grown": np.exp(maps), "turned": -maps, "fine": maps[..., None]}
    )
    np.testing.assert_allclose(found[0], [1.0, 1.0, -1.0, 1.0])
    assert interpret.similarity(maps, np.zeros_like(maps)) == 0.0


def sum_of_points():
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(1, use_bias=False)]
    )
    model.set_weights([np.ones((16, 1), "float32")])
    return model


def test_curves_of_a_sum():
    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    taken = interpret.deletion(sum_of_points(), x, x, steps=16)
    np.testing.assert_allclose(
        taken[0], [sum(range(left)) for left in range(16, -1, -1)], rtol=1e-6
    )
    put = interpret.insertion(sum_of_points(), x, x, steps=16)
    np.testing.assert_allclose(put[0], 120 - taken[0], rtol=1e-6)
    worst = interpret.deletion(sum_of_points(), x, -x[..., 0], steps=16)
    assert worst.mean() > taken.mean()


def test_good_maps_take_the_answer_along():
    model, x, _ = planted(2)
    maps = interpret.grad_cam(model, x, 1)
    random = np.random.default_rng(0).random(maps.shape)
    kept = {
        name: interpret.deletion(model, x, each, 1, baseline=0.5).mean()
        for name, each in {"maps": maps, "random": random}.items()
    }
    assert kept["maps"] < 0.7 * kept["random"]


def test_two_images_on_one_canvas():
    digits = data.load("digits")
    canvases, classes, places = interpret.pairs(
        digits.train["x"], digits.train["y"], 20, 20
    )
    assert canvases.shape == (20, 20, 20, 1) and (classes[:, 0] != classes[:, 1]).all()
    assert (places.sum(axis=(2, 3)) == 64).all() and not (
        places[:, 0] & places[:, 1]
    ).any()
    assert not canvases[..., 0][~places.any(axis=1)].any()
    with pytest.raises(ValueError, match=r"side=15 is not a number in \[16"):
        interpret.pairs(digits.train["x"], digits.train["y"], 2, 15)


def test_frozen_layers_are_drawn_anew_and_stay_frozen():
    model = sequential()
    model.layers[0].trainable = False
    x = np.random.default_rng(0).random((2, *SHAPES[2]), dtype="float32")
    found = interpret.cascade(model, x, interpret.gradient)
    assert len(found) == 3 and found[-1].layer == model.layers[0].name
    assert not model.layers[0].trainable and model.layers[2].trainable


WRONG = {
    "no_values": (
        lambda model, x: interpret.gradient(model, x[:0]),
        "x holds no values",
    ),
    "nan": (lambda model, x: interpret.gradient(model, x * np.nan), "x holds NaN"),
    "stride": (lambda model, x: interpret.occlusion(model, x, stride=0), "stride=0"),
    "patch": (lambda model, x: interpret.covered(model, x, patch=0), "patch=0"),
    "steps": (lambda model, x: interpret.deletion(model, x, x, steps=0), "steps=0"),
    "maps": (
        lambda model, x: interpret.deletion(model, x, x[:, 1:]),
        "maps have the shape",
    ),
    "nan_maps": (
        lambda model, x: interpret.insertion(model, x, x * np.nan),
        "maps holds NaN",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_would_give_wrong_maps_is_refused(name):
    call, told = WRONG[name]
    with pytest.raises(ValueError, match=told):
        call(sequential(), np.ones((2, *SHAPES[2]), "float32"))


def test_a_canvas_needs_images_of_two_classes():
    with pytest.raises(ValueError, match="fewer than two classes"):
        interpret.pairs(np.zeros((3, 4, 4, 1)), np.ones(3, int), 2, 10)


def test_a_baseline_between_whole_numbers_is_not_rounded():
    x = np.arange(2 * np.prod(SHAPES[2]), dtype="uint8").reshape(2, *SHAPES[2])
    np.testing.assert_array_equal(
        Subject(sequential(), x).baseline(0.5), np.float32(0.5)
    )
