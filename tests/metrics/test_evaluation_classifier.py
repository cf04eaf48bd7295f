"""Which network reads real values, how it is trained, and what is kept of the choice."""

import dataclasses
import json

import keras
import numpy as np
import pytest

from kgen import networks
from kgen.metrics import EvaluationClassifier, evaluation_classifier
from kgen.metrics.evaluation_classifier import RECIPES


class Untrained:
    """A recipe that takes no time: a network as its seed begins it."""

    def __init__(self, seed):
        self.seed = seed

    def train(self, dataset):
        keras.utils.set_random_seed(self.seed)
        flat = keras.layers.Flatten()
        dense = [keras.layers.Dense(units) for units in (4, dataset.num_classes)]
        return keras.Sequential([keras.Input(dataset.image_shape), flat, *dense])


QUICK = {"plain": Untrained(0), "residual": Untrained(1)}


def test_the_small_network_is_trained_as_it_always_was_and_says_how_far_it_is(
    digits, capsys
):
    model = dataclasses.replace(RECIPES["plain"], steps=20).train(digits)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10 and lines[-1].endswith("20 of 20 steps, 00:00 left")
    keras.utils.set_random_seed(0)
    expected = networks.classifier(digits.image_shape, digits.num_classes)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, 20)
    expected.compile(
        keras.optimizers.Adam(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    stream = digits.train.batches(128).map(
        lambda x, y: (digits.fields["x"].comparable(x), y)
    )
    expected.fit(stream, steps_per_epoch=20, shuffle=False, verbose=0)
    assert (RECIPES["plain"].steps, RECIPES["plain"].passes) == (3000, 200)
    for found, wanted in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize(
    ("accuracies", "network"),
    [
        ({"plain": 0.97}, "plain"),
        ({"plain": 0.969, "residual": 0.98}, "residual"),
        ({"plain": 0.6, "residual": 0.5}, "plain"),
        ({"plain": 0.6, "residual": 0.6}, "plain"),
    ],
)
def test_the_better_network_on_validation_values_is_kept(
    accuracies, network, digits, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(evaluation_classifier, "RECIPES", QUICK)
    told = iter(accuracies.values())  # each network is measured once
    monkeypatch.setattr(
        evaluation_classifier, "accuracy_of", lambda model, split: next(told)
    )
    judge = EvaluationClassifier(digits, cache=tmp_path)
    assert judge.network == network and judge.validation_accuracy == accuracies
    assert capsys.readouterr().out.count("Training the evaluation classifier") == len(
        accuracies
    )
    kept = {
        path.name.removeprefix(digits.fingerprint): path
        for path in (tmp_path / "classifiers").iterdir()
    }
    assert set(kept) == {".json", ".keras", ".residual.keras"} - (
        set() if len(accuracies) > 1 else {".residual.keras"}
    )
    assert json.loads(kept[".json"].read_text()) == accuracies
    again = EvaluationClassifier(digits, cache=tmp_path)
    assert again.network == network and again.features.hash == judge.features.hash
    assert capsys.readouterr().out == ""


def test_a_network_of_before_is_measured_and_only_the_other_is_trained(
    digits, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(evaluation_classifier, "RECIPES", QUICK)
    first = EvaluationClassifier(digits, cache=tmp_path)
    record, *_ = (tmp_path / "classifiers").glob("*.json")
    record.unlink()
    (tmp_path / "classifiers" / f"{digits.fingerprint}.residual.keras").unlink()
    capsys.readouterr()
    again = EvaluationClassifier(digits, cache=tmp_path)
    shown = capsys.readouterr().out
    assert "residual network" in shown and "plain network" not in shown
    assert (
        again.validation_accuracy["plain"] == first.validation_accuracy["plain"] < 0.97
    )


@pytest.mark.parametrize("network", QUICK)
def test_a_stop_while_a_network_is_measured_costs_no_training(
    network, digits, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(evaluation_classifier, "RECIPES", QUICK)
    told = iter([0.6] * list(QUICK).index(network))
    with monkeypatch.context() as stopped:
        stopped.setattr(
            evaluation_classifier, "accuracy_of", lambda model, split: next(told)
        )
        with pytest.raises(StopIteration):
            EvaluationClassifier(digits, cache=tmp_path)
    assert f"{network} network" in capsys.readouterr().out
    EvaluationClassifier(digits, cache=tmp_path)
    assert f"{network} network" not in capsys.readouterr().out


@pytest.mark.parametrize("suffix", ["keras", "json"])
def test_a_damaged_file_is_named(suffix, digits, tmp_path):
    path = tmp_path / "classifiers" / f"{digits.fingerprint}.{suffix}"
    path.parent.mkdir()
    path.write_bytes(b"half a download")
    with pytest.raises(
        ValueError, match=rf"classifiers/.*\.{suffix} is damaged .* Delete it"
    ):
        EvaluationClassifier(digits, cache=tmp_path)


SHAPES = [
    (20,),
    (64, 2),
    (8, 8, 1),
    (28, 28, 1),
    (52, 44, 1),
    (96, 96, 3),
    (4, 4, 4, 1),
    (32, 32, 32, 1),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_residual_classifier_takes_values_of_any_shape_at_a_bounded_cost(shape):
    model = networks.residual_classifier(shape, 3, width=4)
    assert model.output_shape == (None, 3)
    sums = [
        layer.output.shape[1:]
        for layer in model.layers
        if isinstance(layer, keras.layers.Add)
    ]
    assert len(sums) == 3 and all(np.prod(size[:-1]) <= 1024 for size in sums)
    assert model.layers[-1].input.shape[1:] == (16,)


@pytest.mark.whole
def test_a_residual_classifier_learns_where_something_is_and_is_moved_only_in_training():
    random = np.random.default_rng(0)
    labels = np.arange(256) % 2
    images = 0.2 * random.standard_normal((256, 8, 8, 1), dtype="float32")
    images[labels == 1, 2:5, 2:5] += 0.5
    keras.utils.set_random_seed(0)
    model = networks.residual_classifier((8, 8, 1), 2, width=4)
    model.compile(
        keras.optimizers.Adam(1e-2),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(images, labels, epochs=4, batch_size=32, verbose=0)
    read = model.predict(images, verbose=0)
    assert np.mean(read.argmax(axis=1) == labels) > 0.97
    np.testing.assert_array_equal(read, model.predict(images, verbose=0))
