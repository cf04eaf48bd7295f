"""The concept bottleneck: which networks each mode trains, and concepts corrected by hand."""

import keras
import numpy as np
import pytest

from kgen.fields import Number, Vector
from kgen.models import ConceptBottleneck
from tests.conftest import AGES, CONCEPTS, tiny, values_for

MODES = "joint", "sequential", "independent"


def linear(mode, concept_weight=1.0):
    """A bottleneck of two linear maps on pairs of numbers: one concept, and a number of it."""
    x, c = keras.Input((2,)), keras.Input((1,))
    reader = keras.Model(x, keras.layers.Dense(1, use_bias=False)(x))
    regressor = keras.Model(c, keras.layers.Dense(1, use_bias=False)(c))
    return ConceptBottleneck(
        reader, regressor, mode, concept_weight, fields=FIELDS, seed=0
    )


# Scaling that changes nothing: the closed forms are those of the stored numbers.
FIELDS = {
    "x": Vector((2,), mean=[0.0, 0.0], deviation=[1.0, 1.0]),
    "c": Vector((1,), mean=[0.0], deviation=[1.0]),
    "y": Number(mean=0.0, deviation=1.0),
}


def examples(count=200):
    """Values, concepts that are not linear in them, and numbers from true concepts and values."""
    random = np.random.default_rng(0)
    x = random.normal(size=(count, 2)).astype("float32")
    c = x @ [[1.0], [-0.5]] + random.normal(size=(count, 1))
    y = 2.0 * c[:, 0] + x[:, 1]
    return {"x": x, "c": c.astype("float32"), "y": y.astype("float32")}


def least_squares(inputs, targets):
    return np.linalg.lstsq(inputs, targets, rcond=None)[0]


def moved_by_a_step(model, reader, regressor, values):
    """How far one step of gradient descent moves the two weight matrices from their start."""
    model.compile(keras.optimizers.SGD(1.0))
    model.reader.set_weights([reader])
    model.regressor.set_weights([regressor])
    model.fit(values, batch_size=len(values["x"]), verbose=0)
    pairs = (model.reader, reader), (model.regressor, regressor)
    return [np.abs(network.get_weights()[0] - start).max() for network, start in pairs]


@pytest.mark.parametrize("mode", MODES)
def test_a_step_leaves_each_network_at_the_least_squares_of_what_its_mode_teaches_it(
    mode,
):
    values = examples()
    y = values["y"][:, None]
    concepts = least_squares(values["x"], values["c"])
    after_found = least_squares(values["x"] @ concepts, y)
    after_true = least_squares(values["c"], y)
    of_found = moved_by_a_step(linear(mode), concepts, after_found, values)
    of_true = moved_by_a_step(linear(mode), concepts, after_true, values)
    stays = {
        "joint": (False, True),
        "sequential": (True, True),
        "independent": (True, False),
    }
    assert tuple(np.array(of_found) < 1e-4) == stays[mode]
    stays = {
        "joint": (False, False),
        "sequential": (True, False),
        "independent": (True, True),
    }
    assert tuple(np.array(of_true) < 1e-4) == stays[mode]


def test_without_weight_on_concepts_joint_training_rests_at_the_least_squares_of_the_number():
    values = examples()
    number = least_squares(values["x"], values["y"][:, None])
    resting = moved_by_a_step(
        linear("joint", 0.0), number / 2.0, np.array([[2.0]]), values
    )
    assert max(resting) < 1e-4


@pytest.mark.parametrize("mode", MODES)
def test_the_number_moves_the_reader_of_concepts_in_joint_training_alone(mode):
    model = tiny("concept-bottleneck", mode=mode, concept_weight=0.0)
    before = [
        weights.copy()
        for weights in (*model.reader.get_weights(), *model.regressor.get_weights())
    ]
    model.fit(values_for(model), batch_size=48, verbose=0)
    after = [*model.reader.get_weights(), *model.regressor.get_weights()]
    moved = [not np.array_equal(*pair) for pair in zip(before, after, strict=True)]
    count = len(model.reader.get_weights())
    assert any(moved[:count]) == (mode == "joint") and all(moved[count:])


def test_an_evaluation_is_of_the_concepts_found_in_every_mode():
    models = [tiny("concept-bottleneck", mode=mode) for mode in MODES]
    for model in models[1:]:
        model.set_weights(models[0].get_weights())
    first, *others = (model.evaluate(values_for(model), verbose=0) for model in models)
    assert all(found == first for found in others)


def test_the_error_is_logged_in_years_and_is_that_of_the_estimates():
    model = tiny("concept-bottleneck")
    values = values_for(model)
    logged = model.evaluate(values, verbose=0, return_dict=True)["absolute_error"]
    assert logged == pytest.approx(
        np.abs(values["y"] - model.estimate(values["x"])).mean(), rel=1e-4
    )


def test_correcting_nothing_changes_nothing_and_correcting_all_asks_the_regressor_alone():
    model = tiny("concept-bottleneck")
    values = values_for(model)
    np.testing.assert_allclose(
        model.intervene(values["x"], {}), model.estimate(values["x"]), rtol=1e-5
    )
    true = dict(zip(CONCEPTS.names, values["c"].T, strict=True))
    np.testing.assert_array_equal(
        model.intervene(values["x"], true), model.decide(values["c"])
    )


def test_one_corrected_concept_leaves_the_others_as_found():
    model = tiny("concept-bottleneck")
    x = values_for(model)["x"]
    wanted = model.concepts(x)
    wanted[:, 1] = 0.25
    np.testing.assert_array_equal(
        model.intervene(x, {"grey": np.full(len(x), 0.25)}), model.decide(wanted)
    )


def test_concepts_are_read_and_decided_on_in_stored_units():
    fields = {
        **tiny("concept-bottleneck").fields,
        "c": Vector((2,), mean=[1e5, 2e5], deviation=[1e4, 3e4]),
    }
    model = tiny("concept-bottleneck", fields)
    x = values_for(model)["x"]
    scaled = model.reader.predict(x, verbose=0)
    np.testing.assert_allclose(
        model.concepts(x), scaled * [1e4, 3e4] + [1e5, 2e5], rtol=1e-5
    )
    np.testing.assert_allclose(
        model.decide(model.concepts(x)), model.estimate(x), rtol=1e-4
    )
    assert model.concept_names == ["0", "1"]


@pytest.mark.parametrize("mode", MODES)
def test_a_saved_bottleneck_answers_the_same(mode, tmp_path):
    model = tiny("concept-bottleneck", mode=mode, concept_weight=0.5)
    values = values_for(model)
    model.fit(values, batch_size=48, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert (again.mode, again.concept_weight, again.fields["y"].unit) == (
        mode,
        0.5,
        AGES.unit,
    )
    np.testing.assert_array_equal(
        again.estimate(values["x"]), model.estimate(values["x"])
    )
    np.testing.assert_array_equal(
        again.concepts(values["x"]), model.concepts(values["x"])
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"mode": "jointly"}, "Unknown mode 'jointly'. Did you mean joint"),
        ({"concept_weight": -1.0}, "concept_weight=-1.0 is not a number in"),
        ({"hidden": 0}, "hidden=0 is not a whole number of at least 1"),
        ({"network": "large"}, "Unknown network 'large'. Did you mean larger"),
    ],
)
def test_wrong_options_are_named(options, told):
    with pytest.raises(ValueError, match=told):
        tiny("concept-bottleneck", **options)


def test_an_unknown_concept_is_named_with_the_nearest():
    model = tiny("concept-bottleneck")
    x = values_for(model, 2)["x"]
    with pytest.raises(ValueError, match="Unknown concept 'gray'. Did you mean grey"):
        model.intervene(x, {"gray": np.zeros(2)})


def test_a_training_without_concepts_says_what_is_missing():
    model = tiny("concept-bottleneck")
    values = values_for(model)
    with pytest.raises(ValueError, match="ConceptBottleneck needs 'c'"):
        model.fit({"x": values["x"], "y": values["y"]}, verbose=0)


@pytest.mark.parametrize(("given", "told"), [
    (np.zeros(3), "csf is given for 3 values, and there are 48"),
    (np.full(48, np.nan), "csf holds NaN or infinity"),
])  # fmt: skip
def test_corrections_that_are_not_one_for_each_value_are_refused(given, told):
    model = tiny("concept-bottleneck")
    with pytest.raises(ValueError, match=told):
        model.intervene(values_for(model)["x"], {"csf": given})
