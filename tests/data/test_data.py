import numpy as np
import pytest

from kgen.data import Data, Split
from kgen.data.unpaired import UnpairedSplit
from kgen.fields import Image, Label, Number, Vector

SIXTEEN = (16, 16, 1)


def numbered(count=50):
    """Images whose only pixel value is their own number."""
    images = np.broadcast_to(
        np.arange(count, dtype="uint8")[:, None, None, None], (count, 8, 8, 1)
    )
    fields = {"x": Image((8, 8, 1), 0, 255), "y": Label(count)}
    return Split(
        {"x": np.ascontiguousarray(images), "y": np.arange(count, dtype="int32")},
        fields,
    )


def unlabelled(count=50):
    """The same images alone."""
    whole = numbered(count)
    return Split({"x": whole["x"]}, {"x": whole.fields["x"]})


def epochs(stream, steps, count):
    """The labels of some epochs of an endless stream."""
    labels = np.concatenate([y.numpy() for _, y in stream.take(steps * count)])
    return labels.reshape(count, -1)


def of_arrays(x, y, test=None, name="cells"):
    """The data set of images and labels."""
    fields = {"x": Image.of(x, f"{name}: x"), "y": Label.of(y, f"{name}: y")}
    return Data.from_arrays(name, {"x": x, "y": y}, fields, test)


def test_no_split_is_stretched_by_its_own_brightest_pixel():
    x, y = arrays()
    dataset = of_arrays(x // 2, y, {"x": x // 4, "y": y})
    np.testing.assert_allclose(
        dataset.test.scaled()[..., 0], x // 4 / np.float32(255), rtol=1e-6
    )
    assert dataset.train.scaled().max() == pytest.approx(127 / 255)


def test_every_epoch_is_another_order_of_the_same_images():
    first, second = epochs(numbered().batches(10), 5, 2)
    assert sorted(first) == sorted(second) == list(range(50))
    assert (first != second).any() and (first != np.arange(50)).any()


def test_a_stream_begun_later_goes_on_as_the_one_that_got_there():
    straight = epochs(numbered().batches(8, seed=3), 6, 4)
    resumed = epochs(numbered().batches(8, seed=3, first_epoch=2), 6, 2)
    np.testing.assert_array_equal(straight[2:], resumed)


@pytest.mark.parametrize(
    "stream",
    [
        lambda **part: numbered().batches(10, **part),
        lambda **part: numbered().ordered(20, **part),
    ],
)
def test_the_parts_of_a_batch_are_the_batch(stream):
    whole = [y.numpy() for _, y in stream().take(3)]
    parts = [[y.numpy() for _, y in stream(part=(i, 2)).take(3)] for i in (0, 1)]
    for batch, first, second in zip(whole, *parts, strict=True):
        assert len(first) == len(second) == len(batch) // 2
        np.testing.assert_array_equal(np.concatenate([first, second]), batch)


@pytest.mark.parametrize(
    "split", [numbered(), UnpairedSplit({"x": unlabelled(), "other": unlabelled(30)})]
)
def test_no_stream_has_a_thread_that_its_end_would_wait_for(split):
    for stream in (split.batches(10), split.ordered()):
        assert stream.options().autotune.enabled is False


def test_an_epoch_is_a_multiple_of_the_steps_made_at_once():
    split = numbered()
    assert split.steps(8) == 6 and split.steps(8, 4) == 4
    seen = epochs(split.batches(8, steps_at_once=4), 4, 2)
    np.testing.assert_array_equal(seen, epochs(split.batches(8), 6, 2)[:, :32])
    with pytest.raises(
        ValueError,
        match="batch_size=10 times steps_per_execution=6 is larger than the 50",
    ):
        split.batches(10, steps_at_once=6)


def grey(count=40):
    """Images of one brightness each, from black to white."""
    levels = np.linspace(0, 255, count).astype("uint8")[:, None, None, None]
    images = np.ascontiguousarray(np.broadcast_to(levels, (count, *SIXTEEN)))
    fields = {"x": Image(SIXTEEN, 0, 255), "y": Label(count)}
    return Split({"x": images, "y": np.arange(count)}, fields)


def of_kind(kind):
    return Data("grey", grey(), grey(), grey()).binarised(kind)


@pytest.mark.parametrize("kind", ["static", "dynamic"])
def test_binarised_pixels_are_white_as_often_as_they_are_bright(kind):
    dataset = of_kind(kind)
    for stream in (
        dataset.train.batches(40),
        dataset.validation.ordered(),
        dataset.test.ordered(),
    ):
        x, y = (values.numpy() for values in next(iter(stream)))
        scaled = dataset.fields["x"].scaled(x)
        assert set(np.unique(scaled)) == {0.0, 1.0}
        np.testing.assert_allclose(
            scaled.mean(axis=(1, 2, 3)), grey().scaled()[y, 0, 0, 0], atol=4 * 0.5 / 16
        )


@pytest.mark.parametrize(("kind", "alike"), [("static", True), ("dynamic", False)])
def test_dynamic_pixels_differ_between_epochs(kind, alike):
    first, second = (
        drawn(of_kind(kind).train.batches(40, first_epoch=epoch)) for epoch in (0, 1)
    )
    assert (first == second).all() == alike


def drawn(stream):
    x, y = next(iter(stream))
    return x.numpy()[np.argsort(y.numpy())]


def test_dynamic_streams_resume_and_divide():
    train = of_kind("dynamic").train
    straight = [x.numpy() for x, _ in train.batches(8, seed=3).take(10)]
    resumed = [x.numpy() for x, _ in train.batches(8, seed=3, first_epoch=1).take(5)]
    np.testing.assert_array_equal(straight[5:], resumed)
    halves = [
        [x.numpy() for x, _ in train.batches(8, seed=3, part=(i, 2)).take(5)]
        for i in (0, 1)
    ]
    np.testing.assert_array_equal(np.concatenate(halves, axis=1), straight[:5])


def test_validation_and_test_images_are_drawn_once():
    for kind in ("static", "dynamic"):
        np.testing.assert_array_equal(
            of_kind(kind).test.scaled(), of_kind("static").test.scaled()
        )


def test_no_binarisation_is_the_same_set_and_another_is_refused():
    dataset = Data("grey", grey(), grey(), grey())
    assert dataset.binarised("none") is dataset
    with pytest.raises(
        ValueError,
        match="binarisation='dynamical' is not known. Choose one of none, static, dynamic",
    ):
        dataset.binarised("dynamical")


def test_seeds_differ():
    one, other = (epochs(numbered().batches(10, seed=seed), 5, 1) for seed in (0, 1))
    assert (one != other).any()


def test_images_stay_with_their_labels_as_they_are_stored():
    for x, y in numbered().batches(10).take(5):
        assert x.dtype == "uint8"
        np.testing.assert_array_equal(x.numpy()[:, 0, 0, 0], y.numpy())
    _, y = next(iter(numbered().ordered(7)))
    np.testing.assert_array_equal(y, np.arange(7))


def test_a_batch_larger_than_the_data_is_refused():
    with pytest.raises(
        ValueError, match="batch_size=64 is larger than the 50 training values"
    ):
        numbered().batches(64)


def test_splits_are_disjoint_and_keep_every_class(digits):
    assert [len(split) for split in (digits.train, digits.validation, digits.test)] == [
        1212,
        135,
        450,
    ]
    rows = [
        {image.tobytes() for image in split["x"]}
        for split in (digits.train, digits.validation, digits.test)
    ]
    assert not rows[0] & rows[1] and not rows[1] & rows[2]
    assert all(
        len(np.unique(split.labels)) == 10 for split in (digits.validation, digits.test)
    )
    assert digits.train["x"].dtype == np.uint8 and digits.train.scaled().max() == 1.0


def test_fingerprints_are_those_of_the_first_versions(digits):
    # Trained classifiers and runs of the first versions are found by it.
    assert digits.fingerprint == "c542ca0ed1422eea"


def arrays(count=40, classes=4):
    random = np.random.default_rng(0)
    return random.integers(0, 256, (count, 8, 8), dtype="uint8"), np.arange(
        count
    ) % classes


BAD = {
    "holds no images: they are": lambda x, y: (x.reshape(40, 1, 8, 8, 1), y),
    "Different numbers of items: x has 40, y has 5": lambda x, y: (x, np.arange(5)),
    "NaN or infinity, first in image 7": lambda x, y: (with_nan(x), y),
    "lie outside 0 to 1, black and white of float images": lambda x, y: (x * 2.0, y),
    "label -1 of image 0 is not a whole number from 0 up": lambda x, y: (x, y - 1),
    "label 0.5 of image 0 is not": lambda x, y: (x, y + 0.5),
    "label 10000000000 of image 3 is not": lambda x, y: (
        x,
        np.where(np.arange(40) == 3, 10**10, y),
    ),
    "no label is 1, but one is 75. Number the classes": lambda x, y: (x, y * 25),
    "all but black on the scale of 0 to 255. Multiply them by 255": lambda x, y: (
        x // 128,
        y,
    ),
    "holds no values": lambda x, y: (x[:0], y),
    "class '3' has 1 training value": lambda x, y: (
        x,
        np.where(np.arange(40) == 3, 3, y % 3),
    ),
    "a side of fewer than 8 points": lambda x, y: (x[:, :7], y),
    "with 2 channels, not 1, 3 or 4": lambda x, y: (np.stack([x, x], axis=-1), y),
    "neither one number each nor one-hot": lambda x, y: (x, np.stack([y, y], axis=1)),
}


def with_nan(x):
    x = x.astype("float32") / 255
    x[7, 0, 0] = np.nan
    return x


@pytest.mark.parametrize("message", BAD)
def test_bad_arrays_are_refused_with_the_reason(message):
    with pytest.raises(ValueError, match=message):
        of_arrays(*BAD[message](*arrays()))


def test_test_values_of_another_shape_or_class_are_refused():
    x, y = arrays()
    with pytest.raises(
        ValueError, match=r"cells: x_test has the shape \(40, 8, 9, 1\)"
    ):
        of_arrays(x, y, {"x": np.pad(x, ((0, 0), (0, 0), (0, 1))), "y": y})
    with pytest.raises(
        ValueError,
        match="cells: y_test holds labels from 0 to 4; the classes are 0 to 3",
    ):
        of_arrays(x, y, {"x": x, "y": np.arange(40) % 5})


def test_fingerprint_follows_the_pixels():
    x, y = arrays()
    first = of_arrays(x, y, name="a").fingerprint
    assert first == of_arrays(x, y, name="b").fingerprint
    assert first != of_arrays(255 - x, y, name="a").fingerprint


def test_statistics_are_of_the_training_values_alone():
    table = np.random.default_rng(0).normal(3.0, 2.0, (200, 4))
    dataset = Data.from_arrays("table", {"x": table, "y": np.arange(200.0)}, {
        "x": Vector.of(table, "x"), "y": Number("years"),
    })  # fmt: skip
    np.testing.assert_allclose(
        dataset.fields["x"].mean, dataset.train["x"].mean(axis=0), rtol=1e-12
    )
    np.testing.assert_allclose(
        dataset.fields["x"].deviation, dataset.train["x"].std(axis=0), rtol=1e-12
    )
    assert dataset.fields["y"].mean == pytest.approx(dataset.train["y"].mean())
    rows = [
        {row.tobytes() for row in split["x"]}
        for split in (dataset.train, dataset.validation, dataset.test)
    ]
    assert [len(part) for part in rows] == [153, 17, 30] and not rows[0] & (
        rows[1] | rows[2]
    )
    for split in (dataset.train, dataset.validation, dataset.test):
        np.testing.assert_array_equal(table[split["y"].astype(int)], split["x"])


def test_facts_stay_with_their_values():
    table, subjects = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60)
    dataset = Data.from_arrays(
        "t", {"x": table}, {"x": Vector.of(table, "x")}, facts={"subject": subjects}
    )
    for split in (dataset.train, dataset.validation, dataset.test):
        np.testing.assert_array_equal(table[split.facts["subject"]], split["x"])


def test_a_constant_column_is_named():
    table = np.random.default_rng(0).normal(size=(60, 3))
    table[:, 1] = 7.0
    with pytest.raises(
        ValueError,
        match="t: x: Column 1 of the vectors has one value, such as 7.0.*drop_constant",
    ):
        Data.from_arrays("t", {"x": table}, {"x": Vector.of(table, "x")})


def test_splits_that_are_cut_in_place_are_those_that_are_copied():
    table = np.random.default_rng(0).normal(size=(97, 3))
    arrays = {"x": table, "y": np.arange(97) % 3}
    field = {"x": Vector.of(table, "x"), "y": Label(3)}
    copied = Data.from_arrays("t", arrays, field, facts={"row": np.arange(97)})
    own = {name: values.copy() for name, values in arrays.items()}
    cut = Data.from_arrays("t", own, field, facts={"row": np.arange(97)}, in_place=True)
    for part in ("train", "validation", "test"):
        for name in ("x", "y"):
            np.testing.assert_array_equal(
                getattr(cut, part)[name], getattr(copied, part)[name]
            )
        np.testing.assert_array_equal(
            getattr(cut, part).facts["row"], getattr(copied, part).facts["row"]
        )
    assert (
        np.shares_memory(cut.train["x"], own["x"])
        and cut.fingerprint == copied.fingerprint
    )
