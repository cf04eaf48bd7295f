import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from kgen import fields, plots
from kgen.fields import Curve, Image, Label, Mask, Number, Vector, Volume
from tests.fields.kinds import SHAPES, VALUES

KINDS = pytest.mark.parametrize("kind", VALUES)


def made(kind):
    """The fitted field of a kind, and its stored values."""
    values = VALUES[kind]()
    field = fields.kind(kind).of(values, "x")
    stored = field.stored(values)
    return field.fitted(stored), stored


@KINDS
def test_values_come_back_as_they_were_stored(kind):
    field, stored = made(kind)
    scaled = field.scaled(stored)
    assert scaled.dtype == "float32" and scaled.shape == (
        len(stored),
        *SHAPES[kind],
    ) == (
        60,
        *field.shape,
    )
    np.testing.assert_allclose(field.unscaled(scaled), stored, rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(
        field.rounded(field.unscaled(scaled))[:, 0] >= 0, stored[:, 0] >= 0
    )


@KINDS
def test_arrays_and_tensors_are_scaled_alike(kind):
    field, stored = made(kind)
    expected = field.scaled(stored)
    stream = tf.data.Dataset.from_tensors(stored).map(field.scaled)
    for scaled in (
        field.scaled(tf.constant(stored)),
        field.scaled(ops.convert_to_tensor(stored)),
        next(iter(stream)),
    ):
        np.testing.assert_allclose(np.asarray(scaled), expected, rtol=1e-5, atol=1e-5)


@KINDS
def test_a_field_is_saved_as_it_is(kind):
    field, stored = made(kind)
    text = json.dumps(keras.saving.serialize_keras_object(field))
    again = keras.saving.deserialize_keras_object(json.loads(text))
    assert again == field
    np.testing.assert_array_equal(again.scaled(stored), field.scaled(stored))


@pytest.mark.parametrize("kind", [*VALUES, "label", "number"])
def test_drawn_values_show_and_others_look_different(kind):
    stored = VALUES[kind]() if kind in VALUES else np.arange(14.0)
    field = fields.kind(kind).of(stored, "x")
    stored = field.stored(stored)
    field = field.fitted(stored)
    first, other = (
        plots.raster(plots.gallery(stored[part], "some", 4, field))
        for part in (slice(7), slice(7, 14))
    )
    assert first.shape == other.shape and np.std(first) > 0.01
    assert np.abs(first - other).max() > 0.2


def test_what_is_measured_in_deviations_has_mean_0_and_variance_1():
    for kind, axes in (("vector", 0), ("curve", (0, 1)), ("volume", None)):
        field, stored = made(kind)
        scaled = field.scaled(stored).astype("float64")
        np.testing.assert_allclose(scaled.mean(axis=axes), 0.0, atol=1e-5)
        np.testing.assert_allclose(scaled.std(axis=axes), 1.0, atol=1e-5)
        assert field.limits == pytest.approx((scaled.min(), scaled.max()), rel=1e-5)
        assert field.default_likelihood == "gaussian"


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (np.zeros((5, 8, 8)), "image"), (np.zeros((5, 8, 8, 3)), "image"),
        (np.zeros((5, 8, 8, 9)), "volume"), (np.zeros((5, 200, 3)), "curve"),
        (np.zeros((5, 7)), "vector"), (np.zeros((5, 4, 4, 4, 1)), "volume"),
        (np.arange(5), "label"), (np.array(["a", "b"]), "label"), (np.array([1.5, 2.0]), "number"),
    ],
)  # fmt: skip
def test_the_kind_of_an_array_is_guessed_from_its_shape_and_type(values, name):
    assert fields.guess(values) == name


def test_black_and_white_are_those_of_the_type_or_of_the_training_images():
    def ends(values):
        field = Image.of(values, "x").fitted(values)
        return field.low, field.high

    grey = np.linspace(0, 255, 640).reshape(10, 8, 8)
    assert ends(grey.astype("uint8")) == (0, 255)
    assert ends((grey / 255).astype("float32")) == (0.0, 1.0)
    assert ends(grey > 127) == (0, 1)
    assert ends((16 * grey).astype("uint16")) == (0, 4080)
    assert ends((8 * grey - 1000).astype("int16")) == (-1000, 1040)


def test_pixels_beyond_the_training_images_are_brought_back():
    training = np.linspace(0, 4000, 640).reshape(10, 8, 8, 1).astype("uint16")
    field = Image.of(training, "x").fitted(training)
    brighter = np.full((1, 8, 8, 1), 60_000, "uint16")
    field.check(brighter, "x")
    assert field.scaled(brighter).max() == 1.0


def test_an_image_is_compared_between_black_and_white_whatever_networks_take():
    field = Image((8, 8, 1), -1000, 3000, span=(-1.0, 1.0))
    np.testing.assert_allclose(field.comparable(np.full((1, 8, 8, 1), 1000)), 0.5)
    assert (
        field.in_units_of(Image((8, 8, 1), 0, 255), np.full((1, 8, 8, 1), 1000)).max()
        == 127.5
    )


def test_large_numbers_keep_their_digits():
    values = 1e7 + np.random.default_rng(0).normal(size=(100, 2))
    field = Vector.of(values, "x").fitted(values)
    exact = (values - values.mean(axis=0)) / values.std(axis=0)
    np.testing.assert_allclose(field.scaled(values), exact, atol=1e-5)


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "float64", ">i4"])
def test_labels_are_numbers_a_column_or_one_hot(dtype):
    numbers, label = np.array([2, 0, 1, 2]), Label(3)
    forms = numbers, numbers[:, None], np.eye(3)[numbers]
    for form in forms:
        values = form.astype(dtype)
        assert Label.of(values, "y") == label
        label.check(values, "y")
        for found in (
            label.stored(values),
            label.scaled(ops.convert_to_tensor(values.astype("float32"))),
        ):
            np.testing.assert_array_equal(found, numbers)
            assert "int32" in str(found.dtype)


def test_words_are_classes_in_alphabetical_order():
    label = Label.of(np.array(["liver", "brain", "liver"]), "y")
    assert label.class_names == ["brain", "liver"]
    np.testing.assert_array_equal(label.stored(np.array(["liver", "brain"])), [1, 0])
    with pytest.raises(
        ValueError, match="'heart' is none of the classes.* Known: brain, liver"
    ):
        label.stored(np.array(["heart"]))


def test_numbers_have_a_unit_that_converts_into_others_of_its_kind():
    ages = (
        Number.of(np.array([1.5, 80.0]), "age")
        .replaced(unit="years")
        .fitted(np.array([1.5, 80.0]))
    )
    np.testing.assert_allclose(ages.converted(np.array([1.5]), "months"), [18.0])
    with pytest.raises(
        ValueError,
        match=r"unit='years' cannot be converted into 'kilograms'.*same kind",
    ):
        ages.converted([1.0], "kilograms")
    with pytest.raises(ValueError, match="unit='bananas' is not known"):
        Number("bananas")
    with pytest.raises(ValueError, match="Numbers without a unit cannot be converted"):
        Number().converted([1.0], "months")


def test_a_mask_of_several_classes_has_a_channel_each():
    masks = np.random.default_rng(0).choice([0, 7, 9], (4, 8, 8))
    field = Mask.of(masks, "y")
    assert field.shape == (8, 8, 3) and field.values == [0, 7, 9]
    scaled = field.scaled(field.stored(masks))
    np.testing.assert_array_equal(
        scaled.argmax(axis=-1), np.searchsorted([0, 7, 9], masks)
    )
    np.testing.assert_array_equal(field.unscaled(scaled)[..., 0], masks)
    with pytest.raises(
        ValueError, match="y holds 3 in mask 0; the classes are 0, 7, 9"
    ):
        field.check(np.full((1, 8, 8, 1), 3), "y")


BAD = {
    r"x holds NaN or infinity, first in vector 4, column 'age', in 1 of 9": lambda: (
        Vector((2,), names=["size", "age"]).check(with_nan((9, 2), (4, 1)), "x")
    ),
    r"first in volume 1 at \(2, 3, 0, 0\)": lambda: Volume.of(
        with_nan((3, 4, 4, 4, 1), (1, 2, 3, 0, 0)), "x"
    ),
    r"Channel 1 has the one value 0.0 in all training curves": lambda: Curve(
        (9, 2)
    ).fitted(np.stack([np.arange(45.0).reshape(5, 9), np.zeros((5, 9))], axis=-1)),
    "All training volumes have the one value 0": lambda: Volume((4, 4, 4, 1)).fitted(
        np.zeros((2, 4, 4, 4, 1))
    ),
    "All training numbers are 3; nothing": lambda: Number().fitted(np.full(5, 3.0)),
    "All training images have the one shade 900": lambda: Image(
        (8, 8, 1), None, None
    ).fitted(np.full((3, 8, 8, 1), 900)),
    "x holds uint8 values, and this model takes those of uint16": lambda: Image(
        (8, 8, 1), 0, 65_535, dtype="uint16"
    ).check(np.zeros((2, 8, 8, 1), "uint8"), "x"),
    "x holds uint16 values, and this model takes those of uint8, up to 255": lambda: (
        Image((8, 8, 1), 0, 99, dtype="uint8", learned=True).check(
            np.full((2, 8, 8, 1), 900, "uint16"), "x"
        )
    ),
    "mask tells classes apart": lambda: Mask.of(np.zeros((2, 8, 8)), "y"),
    "400 different values.*Pictures are the option y=image of the data set": lambda: (
        Mask.of(np.arange(400).reshape(1, 20, 20), "y")
    ),
    "low=2 is not below high=1": lambda: Image((8, 8, 1), 2, 1),
    "low=2 is not below high=None": lambda: Image((8, 8, 1), 2, None),
    "num_classes=0 is not a whole number": lambda: Label(0),
    "of='vectr' is no kind of field. Did you mean vector": lambda: fields.kind(
        "vectr", "of"
    ),
    "with a side of fewer than 4 points": lambda: Volume.of(
        np.zeros((2, 3, 4, 4)), "x"
    ),
    r"x has the shape \(4, 3\); this model takes vectors of shape \(n, 2\)": lambda: (
        Vector((2,)).check(np.zeros((4, 3)), "x")
    ),
    "x holds <U1; vectors are numbers": lambda: Vector((1,)).check(
        np.array([["a"]]), "x"
    ),
}


def with_nan(shape, place):
    values = np.zeros(shape)
    values[place] = np.nan
    return values


@pytest.mark.parametrize("message", BAD)
def test_bad_values_are_refused_with_their_place_and_the_way_out(message):
    with pytest.raises(ValueError, match=message):
        BAD[message]()


@pytest.mark.parametrize("channel", [(), (1,)])
def test_masks_of_volumes_are_scaled_and_drawn_in_three_planes(channel):
    masks = np.random.default_rng(0).integers(0, 3, (6, 5, 6, 7, *channel))
    field = Mask.of(masks, "y")
    stored = field.stored(masks)
    assert (
        field.is_volume
        and field.shape == (5, 6, 7, 3)
        and stored.shape == (6, 5, 6, 7, 1)
    )
    np.testing.assert_array_equal(field.unscaled(field.scaled(stored)), stored)
    assert np.std(plots.raster(plots.gallery(stored, "some", 3, field))) > 0.1
