"""Sample and class weights: a tracked mean is Σ w v / Σ w, and a step minimises Σ w v / n."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen.engine import GenerativeModel
from tests.conftest import a_model_of_each_kind, tiny, uncompiled, values_for
from tests.models.test_fields import TRAINED

each_kind = a_model_of_each_kind(TRAINED)
WEIGHTS = np.where(np.arange(48) % 3, 1.0, 10.0).astype("float32")


def weighed(values, weights):
    """A batch with sample weights, with labels as Keras asks for."""
    rest = dict(values)
    return rest, rest.pop("y", weights), weights


def part(values, where):
    return {name: array[where] for name, array in values.items()}


def watched(model):
    """What the model scores from now on: by name, a list of values and of their weights."""
    kept, score = {}, model.score

    def kept_and_scored(name, values):
        weights = ops.convert_to_numpy(model._round.weight)[: len(values)]
        kept.setdefault(name, []).append(
            (ops.convert_to_numpy(values).astype("float64"), weights)
        )
        return score(name, values)

    model.score = kept_and_scored
    return kept


@each_kind
def test_a_tracked_mean_is_the_weighted_sum_over_the_sum_of_weights(name):
    model = tiny(name)
    values, kept = values_for(model), watched(model)
    for where in (slice(32), slice(32, 48)):
        model.test_step(weighed(part(values, where), WEIGHTS[where]))
    logs = model.results()
    assert set(kept) == set(model.scalars)
    for scalar, batches in kept.items():
        scores, weights = (
            np.concatenate(arrays) for arrays in zip(*batches, strict=True)
        )
        assert float(logs[scalar]) == pytest.approx(
            (weights * scores).sum() / weights.sum(), rel=1e-5, abs=1e-6
        )


def evaluated(model, values, weights=None):
    """The logs of two batches."""
    return model.evaluate(
        values, sample_weight=weights, batch_size=32, verbose=0, return_dict=True
    )


@each_kind
def test_equal_weights_change_no_number_and_values_without_weight_do_not_count(name):
    model = uncompiled(tiny(name))
    values = values_for(model)
    plain = evaluated(model, values)
    assert evaluated(model, values, np.full(48, 2.0)) == pytest.approx(
        plain, rel=1e-5, abs=1e-6
    )
    first = np.repeat([3.0, 0.0], [32, 16])
    assert evaluated(model, values, first) == pytest.approx(
        evaluated(model, part(values, slice(32))), rel=1e-5
    )
    assert set(evaluated(model, values, np.zeros(48)).values()) == {0.0}


@pytest.mark.parametrize(
    ("name", "form"), [("acgan", "labels"), ("cvae", "names"), ("cvae", "pair")]
)
def test_weights_of_classes_are_those_of_their_values(name, form, batch):
    x, y = batch
    arguments = {"labels": (x, y), "names": ({"x": x, "y": y},), "pair": ((x, y),)}[
        form
    ]
    found = []
    for options in (
        {"class_weight": {0: 10.0, 2: 0.5}},
        {"sample_weight": np.array([10.0, 1.0, 0.5])[y]},
    ):
        keras.utils.set_random_seed(0)
        model = uncompiled(tiny(name))
        options |= {"batch_size": 16, "shuffle": False, "verbose": 0}
        found.append(
            {
                name: values[0]
                for name, values in model.fit(*arguments, **options).history.items()
            }
        )
    assert found[0] == pytest.approx(found[1], rel=1e-5)
    assert 0.0 <= found[0].get("accuracy", 0.0) <= 1.0


def test_weights_of_classes_need_labels(batch):
    class Batches(keras.utils.PyDataset):
        """Batches by name, whose labels Keras does not find."""

        def __len__(self):
            return 1

        def __getitem__(self, number):
            return ({"x": batch[0], "y": batch[1]},)

    for values in (batch[0], {"x": batch[0]}, Batches()):
        with pytest.raises(
            ValueError,
            match=r"class_weight needs labels: pass fit\(x, y, class_weight=...\)",
        ):
            tiny("cvae").fit(values, class_weight={0: 2.0}, verbose=0)


class Line(GenerativeModel):
    """One weight k, loss ½ (x − k)², and a penalty k that belongs to no value."""

    scalars = ("square",)

    def __init__(self):
        dense = keras.layers.Dense(
            1,
            use_bias=False,
            kernel_initializer="zeros",
            kernel_regularizer=lambda k: ops.sum(k),
        )
        dense.build((None, 1))
        super().__init__({"model": [dense]})
        self.dense = dense

    def objective(self, x, training=True):
        return self.score("square", 0.5 * ops.square(x[:, 0] - self.dense.kernel[0, 0]))

    def train_step(self, data):
        self.play("model", self.objective, self.unpack(data).x)
        return self.results()


X = np.array([[1.0], [2.0], [3.0], [4.0]], "float32")


@pytest.mark.parametrize(
    "weights", [[1, 1, 1, 1], [2, 2, 2, 2], [4, 0, 0, 1], [0, 0, 0, 0]]
)
def test_a_step_follows_the_mean_of_weighted_gradients_over_the_batch(weights):
    model, weights = Line(), np.array(weights, "float32")
    model.compile(keras.optimizers.SGD(0.1))
    logs = model.fit(X, sample_weight=weights, batch_size=4, verbose=0).history
    squares = 0.5 * X[:, 0] ** 2
    mean = (weights * squares).sum() / max(weights.sum(), 1.0)
    assert logs["square"] == logs["loss"] == [pytest.approx(mean)]
    assert float(model.dense.kernel[0, 0]) == pytest.approx(
        -0.1 * (1.0 - np.mean(weights * X[:, 0]))
    )


def test_a_column_of_weights_is_the_weights_and_others_are_refused():
    model, weights = Line(), np.array([4.0, 0, 0, 1], "float32")
    model.compile()
    flat, column = (
        model.evaluate(X, np.zeros(4), sample_weight=given, verbose=0)
        for given in (weights, weights[:, None])
    )
    assert flat == column
    for wrong, told in (
        (np.ones((4, 2)), r"of shape \(4, 2\)"),
        ([np.ones(4)], "a list"),
    ):
        with pytest.raises(
            ValueError, match=f"sample_weight is {told}.*one number for each value"
        ):
            model.train_step((X, np.zeros(4), wrong))
