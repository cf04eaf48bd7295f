"""Maps of every method and network architecture: exact values where known, else their shapes."""

import functools
import warnings

import keras
import numpy as np
import pytest
from keras import layers, ops

from kgen import interpret
from kgen.interpret.subject import Subject
from tests.conftest import every_model, tiny, values_for
from tests.interpret.networks import (
    BUILDS,
    CLASSES,
    SHAPES,
    functional,
    nested,
    sequential,
    subclassed,
    two_bodied,
    two_headed,
)

FINE = [
    interpret.gradient, interpret.smooth_gradient, interpret.integrated_gradients,
    interpret.guided_backprop, interpret.deconvnet, interpret.guided_grad_cam,
]  # fmt: skip
COARSE = [interpret.cam, interpret.grad_cam, interpret.occlusion]
METHODS = {method.__name__: method for method in FINE + COARSE}
every_method = pytest.mark.parametrize("name", METHODS)


def values(rank=2, count=4):
    return np.random.default_rng(0).random((count, *SHAPES[rank]), dtype="float32")


def answers(model, x):
    found = model(ops.convert_to_tensor(x))
    return ops.convert_to_numpy(found[1] if isinstance(found, list) else found)


@every_method
@pytest.mark.parametrize("build", BUILDS)
def test_maps_have_the_frame_of_the_values(name, build):
    x = values()
    found = METHODS[name](BUILDS[build](), x, target=1)
    assert found.shape == (x.shape if METHODS[name] in FINE else x.shape[:-1])
    assert np.isfinite(found).all() and np.ptp(found) > 0


@every_method
@pytest.mark.parametrize("rank", SHAPES)
def test_maps_of_lines_pictures_and_volumes(name, rank):
    x = values(rank)
    found = METHODS[name](nested(rank), x, target=np.arange(len(x)) % CLASSES)
    assert found.shape[: rank + 1] == x.shape[: rank + 1]
    assert np.isfinite(found).all() and np.ptp(found) > 0


def same_weights(build, other):
    model = build()
    model.set_weights(other.get_weights())
    return model


@every_method
@pytest.mark.parametrize("build", [functional, nested, subclassed])
def test_maps_do_not_depend_on_how_a_network_is_built(name, build):
    first, x = sequential(), values()
    found = METHODS[name](same_weights(build, first), x, target=2)
    np.testing.assert_allclose(found, METHODS[name](first, x, target=2), atol=1e-6)


@every_method
def test_the_highest_answer_is_explained_unless_another_is_asked_for(name):
    model, x = functional(), values()
    highest = answers(model, x).argmax(axis=1)
    np.testing.assert_allclose(
        METHODS[name](model, x), METHODS[name](model, x, target=highest), atol=1e-6
    )


@every_method
def test_the_network_is_what_it_was(name):
    model, x = nested(), values()
    before = answers(model, x), [dict(vars(layer)) for layer in model._flatten_layers()]
    METHODS[name](model, x)
    np.testing.assert_array_equal(answers(model, x), before[0])
    for layer, kept in zip(model._flatten_layers(), before[1], strict=True):
        assert "call" not in vars(layer) and vars(layer).get("activation") is kept.get(
            "activation"
        )


def test_the_network_is_what_it_was_after_an_error(monkeypatch):
    model, x = functional(activation="softmax"), values()
    before = answers(model, x)
    monkeypatch.setattr("kgen.interpret.rules.gradients", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), pytest.warns(UserWarning, match="softmax"):
        interpret.guided_backprop(model, x)
    np.testing.assert_array_equal(answers(model, x), before)
    assert all("call" not in vars(layer) for layer in model.layers)


# ---- exact values --------------------------------------------------------------------------------


def example(build):
    """f(x) = v · ReLU(W x) of the facts, W = [[1, −1], [1, 1], [2, −½]], v = (1, −1, 2)."""
    model = build()
    kernels = (
        np.array([[1, -1], [1, 1], [2, -0.5]], "float32"),
        np.array([[1, -1, 2]], "float32"),
    )
    model.set_weights([kernel.T for kernel in kernels])
    return model


def with_activation():
    dense = layers.Dense(3, activation="relu", use_bias=False)
    return keras.Sequential([keras.Input((2,)), dense, layers.Dense(1, use_bias=False)])


def with_layer():
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(3, use_bias=False),
            layers.ReLU(),
            layers.Dense(1, use_bias=False),
        ]
    )


def with_operation():
    x = keras.Input((2,))
    return keras.Model(
        x, layers.Dense(1, use_bias=False)(ops.relu(layers.Dense(3, use_bias=False)(x)))
    )


RULES = {"gradient": (3, -2), "deconvnet": (5, -2), "guided_backprop": (4, -1)}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("build", [with_activation, with_layer, with_operation])
def test_the_three_rules_are_told_apart(rule, build):
    model, x = example(build), np.array([[1.0, 2.0]], "float32")
    assert answers(model, x).item() == -1.0
    np.testing.assert_allclose(METHODS[rule](model, x)[0], RULES[rule], atol=1e-6)


@pytest.mark.parametrize(
    "build", [sequential, nested, subclassed, two_headed, two_bodied]
)
@pytest.mark.parametrize("rank", SHAPES)
def test_grad_cam_of_a_network_with_global_pooling_is_cam(build, rank):
    model, x = build(rank), values(rank)
    bare = {"target": 1, "rectified": False, "resized": False}
    maps = interpret.grad_cam(model, x, **bare)
    np.testing.assert_allclose(
        maps[0].size * maps, interpret.cam(model, x, **bare), atol=1e-5
    )


def linear(shape=(6, 5, 2), answers=2):
    x = keras.Input(shape)
    return keras.Model(x, layers.Dense(answers)(layers.Flatten()(x)))


def test_occlusion_of_a_linear_model():
    model, x = linear(), values()[:, :6, :5]
    weights = model.get_weights()[0][:, 1].reshape(6, 5, 2)
    added = (weights * (x - 0.25)).sum(axis=-1)
    found = interpret.occlusion(model, x, target=1, patch=1, baseline=0.25)
    np.testing.assert_allclose(found, added, atol=1e-5)
    # Of a patch the sum over it: 3 × 2 points, and a last patch that ends at the edge.
    found = interpret.occlusion(
        model, x, target=1, patch=(3, 2), stride=(3, 3), baseline=0.25
    )
    np.testing.assert_allclose(
        found[:, 3, 0], added[:, 3:6, 0:2].sum(axis=(1, 2)), atol=1e-5
    )
    np.testing.assert_allclose(
        found[:, 0, 4], added[:, 0:3, 3:5].sum(axis=(1, 2)), atol=1e-5
    )
    assert not found[:, :, 2].any()


def test_overlapping_patches_are_averaged():
    x = np.array([[1.0, 2.0, 4.0]], "float32")
    model = linear((3,), 1)
    model.set_weights([np.ones((3, 1), "float32"), np.zeros(1, "float32")])
    found = interpret.occlusion(model, x, patch=2, stride=1, baseline=1.0)
    np.testing.assert_allclose(found, [[1.0, 2.5, 4.0]], atol=1e-6)


@pytest.mark.parametrize("count", [1, 7])
def test_occlusion_in_pieces_is_that_in_one(count, monkeypatch):
    model, x = functional(), values(count=count)
    whole = interpret.occlusion(model, x, target=1, patch=3)
    monkeypatch.setattr("kgen.interpret.subject.MOST", 9)
    np.testing.assert_allclose(
        interpret.occlusion(model, x, target=1, patch=3), whole, atol=1e-6
    )


@pytest.mark.parametrize("build", [functional, subclassed])
@pytest.mark.parametrize("baseline", [None, 0.5])
def test_integrated_gradients_sum_to_the_difference(build, baseline):
    model, x = build(), values()
    start = np.full_like(x, x.min() if baseline is None else baseline)
    difference = answers(model, x)[:, 1] - answers(model, start)[:, 1]
    found = interpret.integrated_gradients(model, x, 1, baseline, steps=512)
    np.testing.assert_allclose(found.sum(axis=(1, 2, 3)), difference, atol=1e-3)


def test_smooth_gradient_without_noise_is_the_gradient():
    model, x = functional(), values()
    found = interpret.smooth_gradient(model, x, 1, draws=2, noise=0.0)
    np.testing.assert_allclose(found, interpret.gradient(model, x, 1), atol=1e-6)


def test_guided_grad_cam_is_the_product():
    model, x = functional(), values()
    product = (
        interpret.guided_backprop(model, x, 1)
        * interpret.grad_cam(model, x, 1)[..., None]
    )
    np.testing.assert_array_equal(interpret.guided_grad_cam(model, x, 1), product)


# ---- layers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("build", BUILDS)
def test_a_layer_by_its_name_however_deep(build):
    model, x = BUILDS[build](), values()
    by_name = interpret.grad_cam(model, x, 1, layer="deep")
    np.testing.assert_array_equal(by_name, interpret.grad_cam(model, x, 1))
    (first,) = [
        layer for layer in model._flatten_layers() if getattr(layer, "filters", 0) == 4
    ]
    assert not np.allclose(interpret.grad_cam(model, x, 1, layer=first), by_name)


def test_the_best_layer_is_one_of_those_on_a_grid():
    model, x = functional(), values()
    every = [
        interpret.grad_cam(model, x, 1, layer=layer) for layer in model.layers[1:5]
    ]
    best = interpret.grad_cam(model, x, 1, layer="best")
    assert any(np.array_equal(best, maps) for maps in every)


def test_a_layer_that_is_missing_or_no_grid():
    model, x = nested(), values()
    with pytest.raises(ValueError, match="Unknown layer 'depp'. Did you mean deep"):
        interpret.grad_cam(model, x, layer="depp")
    dense = model.layers[-1].name
    with pytest.raises(
        ValueError,
        match=rf"layer='{dense}' puts out the shape \(None, 3\).* Take one of .*deep",
    ):
        interpret.grad_cam(model, x, layer=dense)


def test_a_layer_that_is_called_twice():
    x, twice = keras.Input((8, 8, 1)), layers.Conv2D(1, 3, padding="same", name="twice")
    model = keras.Model(x, layers.Dense(2)(layers.Flatten()(twice(twice(x)))))
    with pytest.raises(ValueError, match="layer='twice' is called 2 times"):
        interpret.grad_cam(model, np.zeros((1, 8, 8, 1), "float32"), layer="twice")


# ---- softmax within the model --------------------------------------------------------------------


def ending(how):
    """A network of logits, and the same with a softmax or a sigmoid at its end."""
    bare = functional()
    logits = bare.outputs[0]
    ends = {
        "activation": lambda: functional(activation="softmax"),
        "layer": lambda: keras.Model(bare.inputs, layers.Softmax()(logits)),
        "activation layer": lambda: keras.Model(
            bare.inputs, layers.Activation("softmax")(logits)
        ),
        "operation": lambda: keras.Model(bare.inputs, ops.softmax(logits)),
        "sigmoid": lambda: functional(activation="sigmoid"),
        "subclassed": lambda: subclassed(activation="softmax"),
    }
    model = ends[how]()
    model.set_weights(bare.get_weights())
    return bare, model


@pytest.mark.parametrize(
    "how",
    ["activation", "layer", "activation layer", "operation", "sigmoid", "subclassed"],
)
@pytest.mark.parametrize(
    "name", ["gradient", "grad_cam", "cam", "guided_backprop", "occlusion"]
)
def test_a_softmax_is_found_undone_and_said(how, name):
    (bare, model), x = ending(how), values()
    with pytest.warns(
        UserWarning,
        match="ends in a s.*; it is left out, and the numbers before it are explained",
    ):
        found = METHODS[name](model, x, 1)
    np.testing.assert_allclose(found, METHODS[name](bare, x, 1), atol=1e-6)
    assert np.all(answers(model, x) >= 0.0)


def test_one_squashed_number_tells_two_classes():
    bare, x = functional(classes=1), values()
    model = functional(classes=1, activation="sigmoid")
    model.set_weights(bare.get_weights())
    with pytest.warns(UserWarning, match="sigmoid"):
        second, first = (interpret.gradient(model, x, target) for target in (1, 0))
    np.testing.assert_allclose(second, interpret.gradient(bare, x), atol=1e-6)
    np.testing.assert_allclose(first, -second, atol=1e-6)


# ---- kgen's own models ---------------------------------------------------------------------------


@every_model(interpret.subject.Explains)
def test_kgen_models_are_explained_in_stored_units(name):
    model = tiny(name)
    x = values_for(model, 3)["x"]
    for method in METHODS.values():
        if method is not interpret.cam:
            assert method(model, x).shape[:3] == (3, 8, 8)
    with Subject(model, x).opened() as subject:
        np.testing.assert_allclose(
            subject.answered,
            ops.convert_to_numpy(model.answers(ops.convert_to_tensor(subject.x))),
            atol=1e-5,
        )


def test_a_discriminator_alone_is_explained_by_its_classes():
    model = tiny("acgan")
    x = np.random.default_rng(0).uniform(-1.0, 1.0, (3, 8, 8, 1)).astype("float32")
    found = interpret.gradient(model.discriminator, x, 1)
    np.testing.assert_array_equal(
        found, interpret.gradient(model.discriminator, x, 1, output="classes")
    )
    real = interpret.gradient(model.discriminator, x, output="realness")
    assert real.shape == x.shape and not np.allclose(real, found)
    with pytest.raises(
        ValueError, match="Unknown output 'class'. Did you mean classes"
    ):
        interpret.gradient(model.discriminator, x, output="class")


def test_names_of_classes_are_targets():
    model = tiny("acgan")
    x = values_for(model, 3)["x"]
    np.testing.assert_array_equal(
        interpret.gradient(model, x, "2"), interpret.gradient(model, x, 2)
    )
    with pytest.raises(ValueError, match="Unknown class '7'"):
        interpret.gradient(model, x, "7")


# ---- bad input -----------------------------------------------------------------------------------


shared = functools.cache(functional)
WRONG = {
    "a class out of range": (
        {"target": 3},
        r"target=3 is no answer of this network; classes are 0 to 2",
    ),
    "a class below 0": ({"target": -1}, r"target=-1 is no answer"),
    "too few classes": (
        {"target": [0, 1]},
        r"target=\[0, 1\] is not one class, or one whole number for each of 4",
    ),
    "no class": ({"target": 0.5}, r"target=0.5 is not one class"),
    "an output of one": (
        {"output": "classes"},
        "output='classes', but the network has one output",
    ),
}


@every_method
@pytest.mark.parametrize("case", WRONG)
def test_wrong_answers_are_refused(name, case):
    options, message = WRONG[case]
    with pytest.raises(ValueError, match=message):
        METHODS[name](shared(), values(), **options)


@every_method
def test_values_of_another_shape_are_refused(name):
    model, x = shared(), values()
    for wrong, message in {
        "one value": (x[0], r"takes \(n, 12, 10, 2\). One value is x\[None\]"),
        "another size": (
            x[:, 1:],
            r"x has the shape \(4, 11, 10, 2\).*Crop, pad or resize",
        ),
    }.values():
        with pytest.raises(ValueError, match=message):
            METHODS[name](model, wrong)
    with pytest.raises(ValueError, match=r"Add the axis of channels: x\[..., None\]"):
        METHODS[name](linear((6, 5, 1)), x[:, :6, :5, 0])


OF_GRIDS = ["cam", "grad_cam", "guided_grad_cam"]


@pytest.mark.parametrize("name", OF_GRIDS)
def test_a_network_without_convolutions_is_told_what_is_possible(name):
    x = keras.Input((6, 5, 2))
    dense = layers.Dense(2)(layers.Dense(4, activation="relu")(layers.Flatten()(x)))
    with pytest.raises(
        ValueError,
        match="take grad_cam|there are gradient, integrated_gradients and occlusion",
    ):
        METHODS[name](keras.Model(x, dense), values()[:, :6, :5])


@pytest.mark.parametrize("name", ["guided_backprop", "deconvnet"])
def test_a_network_without_relu_is_told_what_is_possible(name):
    with pytest.raises(ValueError, match="has no layer with ReLU or one of its kind"):
        METHODS[name](linear(), values()[:, :6, :5])


@pytest.mark.parametrize("name", ["occlusion", "integrated_gradients"])
def test_a_baseline_out_of_range(name):
    with pytest.raises(
        ValueError, match=r"baseline=7 lies outside the values, 0.* to 0.99"
    ):
        METHODS[name](functional(), values(), baseline=7)
    with pytest.raises(ValueError, match=r"baseline of shape \(3,\) is no value"):
        METHODS[name](functional(), values(), baseline=np.full(3, 0.5))
    with pytest.raises(
        ValueError, match=r"baseline=2 lies outside the values, 0.0 to 1.0"
    ):
        METHODS[name](tiny("acgan"), values()[:, :8, :8, :1], baseline=2)


def test_a_patch_that_does_not_fit():
    with pytest.raises(
        ValueError, match=r"patch=\(11, 11\) does not fit values of \(12, 10\) points"
    ):
        interpret.occlusion(functional(), values(), patch=11)
    with pytest.raises(ValueError, match="patch=0 is not a whole number of at least 1"):
        interpret.occlusion(functional(), values(), patch=0)


def test_several_inputs_and_maps_of_answers_are_refused():
    first, second = keras.Input((8,)), keras.Input((8,))
    both = keras.Model(
        [first, second], layers.Dense(2)(layers.Concatenate()([first, second]))
    )
    with pytest.raises(ValueError, match="has 2 inputs; a network of one is explained"):
        interpret.gradient(both, np.zeros((1, 8), "float32"))
    x = keras.Input((8, 8, 1))
    with pytest.raises(ValueError, match=r"The output has the shape \(1, 8, 8, 2\)"):
        interpret.gradient(
            keras.Model(x, layers.Conv2D(2, 1)(x)), np.zeros((1, 8, 8, 1), "float32")
        )


def test_nothing_is_said_of_a_network_without_softmax():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        interpret.grad_cam(functional(), values())
