"""Every method of Keras that passes values to a model, or returns its answers."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from kgen.abilities import Encodes, Generates, Translates
from kgen.metrics import importance_weighted_log_likelihood
from kgen.models import MODELS
from tests.conftest import (
    ABLE,
    a_model_of_each_kind,
    each_play,
    every_model,
    tiny,
    uncompiled,
    values_for,
)
from tests.models.test_fields import FORMS, Batches, pairs, sliced

# Classes or none, draws or reconstructions, two directions, and numbers.
an_answer_of_each_kind = a_model_of_each_kind(MODELS, ABLE)


@functools.cache
def averaging(name):
    """A small model whose averages are not its weights; no test trains it."""
    model = tiny(name, ema_decay=0.5)
    for average in model.averages:
        average.assign(0.5 * average + 0.1)
    return model


def questions(model, count=6):
    """What predict takes: values of one field, or of several by name."""
    latents = np.random.default_rng(0).standard_normal((count, 3), dtype="float32")
    values = {**values_for(model, count), "z": latents}
    asked = {name: values[name] for name in model.predict_inputs}
    return asked if len(asked) > 1 else values[model.predict_inputs[0]]


def answers(model, asked):
    """What a model says of the same by its own methods."""
    values = asked if isinstance(asked, dict) else {model.predict_inputs[0]: asked}
    if isinstance(model, Translates):
        return {
            end: model.translate(values[start], end) for start, end in model.directions
        }
    if isinstance(model, Encodes):
        return model.reconstruct(**values)
    if isinstance(model, Generates):
        return model.decode(**values)
    return model.estimate(**values)[:, None]


def assert_close(one, other, tolerance=1e-5):
    keras.tree.map_structure(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance),
        one,
        other,
    )


@an_answer_of_each_kind
def test_predictions_are_the_answers_of_the_averaged_weights(name):
    model = averaging(name)
    asked = questions(model)
    expected = answers(model, asked)
    for _ in range(2):
        assert_close(model.predict(asked, verbose=0), expected)
        assert_close(model.predict_on_batch(asked), expected)
    if isinstance(asked, dict):
        assert_close(model.predict(dict(reversed(asked.items())), verbose=0), expected)
        if "y" in asked:
            assert_close(model.predict(tuple(asked.values()), verbose=0), expected)


@an_answer_of_each_kind
def test_an_export_answers_as_predict_does_and_always_the_same(name, tmp_path):
    model = averaging(name)
    asked = questions(model)
    model.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(tmp_path / "served")
    first, second = (
        keras.tree.map_structure(np.asarray, served.serve(asked)) for _ in range(2)
    )
    assert_close(first, model.predict(asked, verbose=0))
    assert_close(first, second, tolerance=0)
    fewer = keras.tree.map_structure(lambda values: values[:2], asked)
    assert_close(
        served.serve(fewer), keras.tree.map_structure(lambda values: values[:2], first)
    )


@each_play()
def test_an_evaluation_lists_what_metrics_names_name_and_a_batch_is_evaluated_alike(
    name,
):
    model = uncompiled(averaging(name))
    values, names = values_for(model), model.metrics_names
    logs = model.evaluate(values, batch_size=48, verbose=0)
    assert names[0] == "loss" and len(set(names)) == len(names) == len(logs)
    again = model.test_on_batch(values, return_dict=True)
    assert [again[name] for name in names] == pytest.approx(logs, rel=1e-5)


@pytest.mark.parametrize("name", ["vae", "cvae-cgan", "wgan-gp"])
def test_a_batch_is_trained_on_as_an_epoch_of_one(name):
    ends = []
    for train in (
        lambda model, values: model.fit(
            values, batch_size=48, shuffle=False, verbose=0
        ).history["loss"][0],
        lambda model, values: model.train_on_batch(values)[0],
    ):
        keras.utils.set_random_seed(0)
        model = uncompiled(tiny(name))
        paid = train(model, values_for(model))
        ends.append([paid, *map(ops.convert_to_numpy, model.trainable_variables)])
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


class StopAtOnce(keras.callbacks.Callback):
    """Ends a training after its first epoch."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = True


LISTS = {
    "one": lambda one, model: one, "list": lambda one, model: [one],
    "tuple": lambda one, model: (one,), "nested": lambda one, model: [[one]],
    "CallbackList": lambda one, model: keras.callbacks.CallbackList(
        [one], add_history=True, model=model, epochs=3
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", LISTS)
def test_callbacks_come_in_any_form(form, batch):
    model, one = uncompiled(tiny("vae")), StopAtOnce()
    history = model.fit(
        batch[0], epochs=3, verbose=0, callbacks=LISTS[form](one, model)
    ).history
    assert len(history["loss"]) == model.epochs_trained == 1
    seen = []
    watch = keras.callbacks.LambdaCallback(
        on_test_end=seen.append, on_predict_end=seen.append
    )
    model.evaluate(batch[0], verbose=0, callbacks=watch)
    model.predict(batch[0], verbose=0, callbacks=watch)
    assert len(seen) == 2


def test_a_list_of_callbacks_used_twice_counts_every_epoch_once(batch):
    model = uncompiled(tiny("vae"))
    kept = keras.callbacks.CallbackList([], add_history=True, model=model, epochs=1)
    for count in (1, 2):
        model.fit(batch[0], verbose=0, callbacks=kept)
        assert model.epochs_trained == count


STREAMS = {
    "array": lambda x, y: (x, y), "tensor": lambda x, y: (tf.constant(x), y),
    "own tensor": lambda x, y: (ops.array(x), y),
    "names": lambda x, y: ({"x": x, "y": y},), "tf.data": lambda x, y: (sliced((x, y)),),
    "nested tf.data": lambda x, y: (sliced(((x, y),)),), "PyDataset": lambda x, y: (Batches(x, y),),
    "generator": lambda x, y: (pairs(x, y),),
}  # fmt: skip
ONCE = {"steps_per_epoch": 1, "shuffle": False, "verbose": 0}


def validated(model, good, *values):
    """A training whose validation values are these."""
    values = values if len(values) > 1 else values[0]
    model.fit(good, validation_data=values, validation_steps=1, **ONCE)


ROOMS = {
    "fit": lambda model, good, *values: model.fit(*values, **ONCE),
    "validation": validated,
    "evaluate": lambda model, good, *values: model.evaluate(
        *values, steps=1, verbose=0
    ),
    "predict": lambda model, good, *values: model.predict(
        values if len(values) > 1 else values[0], steps=1, verbose=0
    ),
}


@pytest.fixture(scope="module")
def refusing():
    """A model that none of the values reach."""
    return tiny("cvae")


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("stream", STREAMS)
def test_values_beyond_the_range_are_refused_at_every_door(
    room, stream, batch, refusing
):
    x, y = batch
    with pytest.raises(ValueError, match=r"takes values in \[0.0, 1.0\]"):
        ROOMS[room](refusing, {"x": x, "y": y}, *STREAMS[stream](16 * x, y))


@pytest.mark.parametrize(
    "door", ["train_on_batch", "test_on_batch", "predict_on_batch"]
)
def test_a_batch_beyond_the_range_is_refused(door, batch, refusing):
    with pytest.raises(ValueError, match=r"takes values in \[0.0, 1.0\]"):
        getattr(refusing, door)({"x": 16 * batch[0], "y": batch[1]})


# What takes labels after the training; under TensorFlow nothing of it is compiled.
ANSWERS = {
    "evaluate": lambda model, x, z, y: model.evaluate(x, y, verbose=0),
    "validation": lambda model, x, z, y: model.fit(
        x, model.asked(np.zeros(len(x))), validation_data=(x, y), verbose=0
    ).history["val_loss"],
    "train_on_batch": lambda model, x, z, y: model.train_on_batch(x, y),
    "test_on_batch": lambda model, x, z, y: model.test_on_batch(x, y),
    "predict": lambda model, x, z, y: model.predict((x, y), verbose=0),
    "predict by name": lambda model, x, z, y: model.predict({"x": x, "y": y}, verbose=0),
    "predict_on_batch": lambda model, x, z, y: model.predict_on_batch((x, y)),
    "generate": lambda model, x, z, y: model.generate(len(y), y, seed=0),
    "decode": lambda model, x, z, y: model.decode(z, y),
    "encode": lambda model, x, z, y: model.encode(x, y),
    "latents": lambda model, x, z, y: model.latents(x, y),
    "reconstruct": lambda model, x, z, y: model.reconstruct(x, y),
    "log_likelihood": lambda model, x, z, y: model.log_likelihood(x, z, y),
    "importance_weighted": lambda model, x, z, y: importance_weighted_log_likelihood(
        model, x, y, 10, 0
    ),
}  # fmt: skip


def fresh():
    """A small model, always the same."""
    keras.utils.set_random_seed(0)
    return uncompiled(tiny("cvae", width=2))


asked_once = functools.cache(fresh)


def answered(answer, x, z, y):
    """What a small model says of values, latents and labels; one that trains is a fresh one."""
    model = fresh() if answer in ("validation", "train_on_batch") else asked_once()
    return ANSWERS[answer](model, x, z, y)


@pytest.mark.parametrize("answer", ANSWERS)
def test_labels_and_values_of_any_form_have_the_same_answer(answer, batch):
    x, y = (values[:8] for values in batch)
    z = np.random.default_rng(0).standard_normal((8, 3), dtype="float32")
    expected = answered(answer, x, z, y)
    for form in ("column", "one-hot", "big-endian"):
        assert_close(
            answered(answer, x.astype(">f4"), z.astype(">f8"), FORMS[form](y)), expected
        )


@every_model(Generates)
def test_the_seed_of_keras_fixes_what_is_drawn_without_one(name):
    model, drawn = tiny(name), []
    for seed in (5, 5, 6):
        keras.utils.set_random_seed(seed)
        drawn.append(model.generate(4))
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).any() and (model.generate(4) != drawn[2]).any()
