import dataclasses

import keras
import numpy as np
import pytest
from keras import layers

from kgen.metrics import EvaluationClassifier, Features, evaluation_classifier

IMAGES = np.random.default_rng(0).random((7, 8, 8, 1), dtype="float32")


def network(last=None):
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(3, 3, 2), *([last] if last else [])],
        name="net",
    )


def test_features_are_the_networks_flattened_output():
    model = network()
    features = Features(model)(IMAGES)
    assert features.shape == (7, 27) and features.dtype == "float32"
    np.testing.assert_allclose(
        features, model.predict(IMAGES, verbose=0).reshape(7, -1), atol=1e-6
    )


def test_the_hash_tells_weights_and_configuration_and_survives_a_file(tmp_path):
    model = network()
    model.save(tmp_path / "net.keras")
    print_of = Features(model).hash
    assert Features(keras.saving.load_model(tmp_path / "net.keras")).hash == print_of
    assert Features(network(layers.ReLU())).hash != print_of
    model.layers[0].bias.assign([0.0, 0.0, 1e-6])
    assert Features(model).hash != print_of


def test_a_network_that_cannot_make_features_is_refused():
    with pytest.raises(ValueError, match="not a built keras.Model"):
        Features(keras.Sequential([layers.Dense(3)]))
    with pytest.raises(ValueError, match="not a built keras.Model"):
        Features("inception")
    inputs = keras.Input((8, 8, 1))
    with pytest.raises(ValueError, match="gives list of outputs, not one"):
        Features(keras.Model(inputs, [inputs, inputs]))(IMAGES)
    with pytest.raises(ValueError, match=r"takes images of shape \(n, 8, 8, 1\)"):
        Features(network())(np.zeros((7, 8, 8, 3)))
    with pytest.raises(ValueError, match=r"takes values in\s+\[0.0, 1.0\]"):
        Features(network())(255 * IMAGES)


def test_nan_features_are_named_with_their_network():
    features = Features(network(layers.Lambda(lambda x: x / 0.0)))
    with pytest.raises(
        ValueError,
        match=f"features of the network {features.hash} holds NaN or infinity in 7 of 7",
    ):
        features(IMAGES)


def test_open_sides_take_every_size():
    features = Features(
        keras.Sequential(
            [keras.Input((None, None, 1)), layers.GlobalAveragePooling2D()]
        )
    )
    np.testing.assert_allclose(
        features(IMAGES)[:, 0], IMAGES.mean((1, 2, 3)), rtol=1e-5
    )
    assert features(np.zeros((2, 5, 9, 1))).shape == (2, 1)


def test_the_evaluation_classifier_gives_its_last_layer_but_one(
    digits, tmp_path, monkeypatch
):
    few = dataclasses.replace(evaluation_classifier.RECIPES["plain"], steps=3)
    monkeypatch.setitem(evaluation_classifier.RECIPES, "plain", few)
    judge = EvaluationClassifier(digits, cache=tmp_path, recipes=["plain"])
    images = digits.test.scaled()[:20]
    features = judge.features(images)
    assert features.shape == (20, 256)
    kernel, bias = judge.model.layers[-1].get_weights()
    np.testing.assert_array_equal(
        (features @ kernel + bias).argmax(1), judge.classes(images)
    )
    assert (
        EvaluationClassifier(digits, cache=tmp_path).features.hash
        == judge.features.hash
    )
