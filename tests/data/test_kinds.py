"""Sources of data that are not labelled pictures."""

import numpy as np
import pytest
from PIL import Image as Picture

from kgen import data
from kgen.fields import Curve, Image, Label, Mask, Number, Vector, Volume


def random():
    return np.random.default_rng(0)


def npz(path, **arrays):
    np.savez(path / "a.npz", **arrays)
    return f"npz:{path / 'a.npz'}"


def test_arrays_are_fields_under_their_own_names(tmp_path):
    arrays = {"y": random().uniform(20, 80, 60), "c": random().normal(size=(60, 4))}
    name = npz(tmp_path, x=random().normal(size=(60, 9, 9, 9)), **arrays)
    dataset = data.load(name, unit="years")
    assert [type(field) for field in dataset.fields.values()] == [
        Volume,
        Vector,
        Number,
    ]
    assert (
        list(dataset.fields) == ["x", "c", "y"] and dataset.fields["y"].unit == "years"
    )
    batch = next(iter(dataset.train.batches(8)))
    assert {field: values.shape[0] for field, values in batch.items()} == {
        "x": 8,
        "c": 8,
        "y": 8,
    }


def test_a_field_may_be_another_array_or_of_another_kind(tmp_path):
    arrays = {
        "x": random().normal(size=(60, 200, 8)),
        "age": np.arange(60),
        "subject": np.arange(60),
    }
    name = npz(tmp_path, **arrays)
    dataset = data.load(name, x="curve", y="age:number", facts="subject")
    assert isinstance(dataset.fields["x"], Curve) and isinstance(
        dataset.fields["y"], Number
    )
    np.testing.assert_array_equal(dataset.test.facts["subject"], dataset.test["y"])


def test_the_names_of_genes_travel_with_their_field(tmp_path):
    name = npz(
        tmp_path, x=random().normal(size=(40, 3)), genes=np.array(["a", "b", "c"])
    )
    dataset = data.load(name, names="genes")
    assert dataset.fields["x"].names == ["a", "b", "c"] and dataset.classes is None


def test_ages_and_subjects_may_be_columns(tmp_path):
    x, rows = random().normal(size=(60, 4)), np.arange(60)[:, None]
    whole = npz(tmp_path, x=x, age=20 + rows, subject=rows // 2)
    found = data.load(whole, facts="age")
    assert found.train.facts["age"].ndim == found.train.facts["subject"].ndim == 1
    assert (found.train.facts["subject"] == (found.train.facts["age"] - 20) // 2).all()


def test_constant_columns_are_left_out_if_asked(tmp_path):
    x = random().normal(size=(40, 3))
    x[:, 1] = 5.0
    name = npz(
        tmp_path,
        x=x,
        x_test=x[:9] + np.arange(9)[:, None],
        genes=np.array(["a", "b", "c"]),
    )
    dataset = data.load(name, names="genes", drop_constant="true")
    assert dataset.fields["x"].names == ["a", "c"] and dataset.test["x"].shape == (9, 2)
    assert "1 column of one value is left out" in str(dataset)
    with pytest.raises(
        ValueError, match="drop_constant leaves out columns of vectors; there is images"
    ):
        data.load(npz(tmp_path, x=random().random((40, 8, 8))), drop_constant=True)


BAD_ARRAYS = {
    "Did you mean age": ({"x": np.zeros((9, 2)), "age": np.zeros(9)}, {"y": "agee"}),
    "fields differ in length: x has 9, c has 8": (
        {"x": np.ones((9, 2)), "c": np.ones((8, 2))},
        {},
    ),
    "Did you mean vector": ({"x": np.ones((9, 2))}, {"x": "x:vecter"}),
    "holds no array 'gene'; it holds x": ({"x": np.ones((9, 2))}, {"names": "gene"}),
    "holds x_test but not y_test": (
        {"x": np.ones((9, 2)), "y": np.arange(9), "x_test": np.ones((2, 2))},
        {},
    ),
    "x: Column 0, 1 of the vectors has one value": ({"x": np.ones((9, 2))}, {}),
    "NaN or infinity, first in vector 4, column 1": (
        {"x": np.where(np.arange(18).reshape(9, 2) == 9, np.nan, 1)},
        {},
    ),
    "holds 3 values; at least 5": ({"x": random().normal(size=(3, 2))}, {}),
    "unit='bananas' is not known": (
        {"x": random().normal(size=(9, 2)), "y": np.arange(9) + 0.5},
        {"unit": "bananas"},
    ),
    "drop_constant='maybe' is neither true nor false": (
        {"x": np.ones((9, 2))},
        {"drop_constant": "maybe"},
    ),
    "names are 3, but there are 2 features": (
        {"x": random().normal(size=(9, 2)), "n": np.array(list("abc"))},
        {"names": "n"},
    ),
    "unit='mm': .* holds vectors, which have none": (
        {"x": random().normal(size=(9, 2)), "y": random().normal(size=(9, 2))},
        {"unit": "mm", "y": "vector"},
    ),
    "holds no array 'who_test'": (
        {"x": np.ones((9, 2)), "who": np.ones(9), "x_test": np.ones((2, 2))},
        {"facts": "who"},
    ),
    "are the option y=number of the data set": (
        {"x": random().normal(size=(9, 2)), "y": np.arange(20, 29)},
        {},
    ),
}


@pytest.mark.parametrize("message", BAD_ARRAYS)
def test_arrays_that_cannot_be_used_are_refused(message, tmp_path):
    arrays, options = BAD_ARRAYS[message]
    with pytest.raises(ValueError, match=message):
        data.load(npz(tmp_path, **arrays), **options)


@pytest.mark.parametrize(("low", "high"), [(-1000, 3000), (0, 4095)])
def test_black_and_white_may_be_said(low, high, tmp_path):
    images = random().integers(low, high, (40, 8, 8)).astype("float32")
    with pytest.raises(
        ValueError, match=r"lie outside 0 to 1.*black and white are: low=.* and high="
    ):
        data.load(npz(tmp_path, x=images))
    dataset = data.load(npz(tmp_path, x=images), low=str(low), high=str(high))
    assert (dataset.fields["x"].low, dataset.fields["x"].high) == (low, high)


TABLE = {
    "tissue": ["liver", "brain"] * 30,
    "age": np.arange(60) + 20,
    "g1": None,
    "g2": None,
    "g3": None,
}


@pytest.fixture
def table():
    numbers = random().normal(size=(60, 3)).round(3)
    return {**TABLE, "g1": numbers[:, 0], "g2": numbers[:, 1], "g3": numbers[:, 2]}


def write(path, columns, separator=","):
    rows = [columns, *zip(*columns.values(), strict=True)]
    path.write_text("\n".join(separator.join(map(str, row)) for row in rows) + "\n")
    return f"{'tsv' if separator == chr(9) else 'csv'}:{path}"


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_table_is_vectors_with_a_label(table, tmp_path, separator):
    dataset = data.load(
        write(tmp_path / "a.txt", table, separator), label="tissue", facts="age"
    )
    assert dataset.fields["x"].names == ["g1", "g2", "g3"] and dataset.class_names == [
        "brain",
        "liver",
    ]
    rows = dict(
        zip(
            (dataset.train["x"][:, 0]).round(3).tolist(),
            dataset.train.facts["age"],
            strict=True,
        )
    )
    for number, first in enumerate(table["g1"].astype("float32").round(3).tolist()):
        assert rows.get(first, str(number + 20)) == str(number + 20)


@pytest.mark.parametrize(
    "rewritten",
    [
        lambda text: text.replace(";", " ; "),
        lambda text: text.replace("\n", "\n\n", 2),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "\r\n"),
    ],
    ids=["spaces", "blank lines", "ends of old spreadsheets", "ends of Windows"],
)
def test_how_a_table_is_laid_out_changes_nothing(rewritten, table, tmp_path):
    name = write(tmp_path / "a.csv", table, ";")
    right = data.load(name, label="tissue")
    text = (tmp_path / "a.csv").read_text().replace(".", ",")
    (tmp_path / "a.csv").write_bytes(rewritten(text).encode())
    found = data.load(name, label="tissue")
    np.testing.assert_array_equal(found.train["x"], right.train["x"])
    np.testing.assert_array_equal(found.train["y"], right.train["y"])
    assert found.class_names == ["brain", "liver"]


@pytest.mark.parametrize("word", ["nan", "NaN", "None", "NA", "null", " "])
def test_words_for_missing_values_are_refused_in_labels_and_numbers(
    word, table, tmp_path
):
    table["tissue"] = [word, *table["tissue"][1:]]
    with pytest.raises(
        ValueError, match="'tissue' is missing in 1 row, first in row 0"
    ):
        data.load(write(tmp_path / "a.csv", table), label="tissue")
    table["g1"] = [*table["g1"][:7], word, *table["g1"][8:]]
    with pytest.raises(ValueError, match="first in vector 7, column 'g1'"):
        data.load(write(tmp_path / "b.csv", table), facts="tissue")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_are_read_where_columns_are_separated_otherwise(
    table, tmp_path, separator
):
    name = write(
        tmp_path / "a.csv",
        {column: table[column] for column in ("g1", "g2")},
        separator,
    )
    right = data.load(name.replace("tsv:", "csv:"))
    (tmp_path / "a.csv").write_text((tmp_path / "a.csv").read_text().replace(".", ","))
    found = data.load(f"csv:{tmp_path / 'a.csv'}")
    np.testing.assert_array_equal(found.train["x"], right.train["x"])
    kind = "semicolons" if separator == ";" else "tabs"
    assert (
        f"a.csv: columns are separated by {kind}, the decimal mark is a comma."
        in str(found)
    )


def test_names_of_columns_may_hold_other_separators(table, tmp_path):
    columns = {'"a;b;c;d"': table["g1"], '"e; f"': table["g2"], "g": table["g3"]}
    assert data.load(write(tmp_path / "a.csv", columns)).fields["x"].names == [
        "a;b;c;d",
        "e; f",
        "g",
    ]
    columns = {'"a, b, c"': table["g1"], "d": table["g2"]}
    assert data.load(write(tmp_path / "a.csv", columns, ";")).fields["x"].names == [
        "a, b, c",
        "d",
    ]


def test_a_table_may_have_a_number_covariates_and_a_file_for_the_test(table, tmp_path):
    name = write(tmp_path / "a.csv", table)
    test = write(tmp_path / "b.csv", table).removeprefix("csv:")
    options = {
        "number": "age",
        "unit": "years",
        "covariates": "g3",
        "drop": "tissue",
        "test": test,
    }
    dataset = data.load(name, **options)
    assert dataset.fields["x"].names == ["g1", "g2"] and dataset.fields["c"].names == [
        "g3"
    ]
    assert dataset.fields["y"].unit == "years" and len(dataset.test) == 60
    np.testing.assert_allclose(dataset.test["y"], table["age"])
    np.testing.assert_allclose(dataset.test["c"][:, 0], table["g3"], rtol=1e-6)


BAD_TABLES = {
    "words stand where numbers should be, in 'tissue'"
    ".*label=tissue, subject=tissue, facts=tissue or drop=tissue": {},
    "label='tisue': .* has no such column. Did you mean tissue": {"label": "tisue"},
    "y is one of them": {"label": "tissue", "number": "age"},
    "no column is left for x": {"drop": "tissue,g1,g2,g3,age"},
    "labl: .* Did you mean label": {"labl": "tissue"},
    "The column 'age' is chosen for two roles": {
        "number": "age",
        "facts": "age,tissue",
    },
}


@pytest.mark.parametrize("message", BAD_TABLES)
def test_tables_that_cannot_be_used_are_refused(message, table, tmp_path):
    with pytest.raises(ValueError, match=message):
        data.load(write(tmp_path / "a.csv", table), **BAD_TABLES[message])


def test_a_table_of_a_spreadsheet_begins_with_a_mark_and_may_lack_labels(
    table, tmp_path
):
    name = write(tmp_path / "a.csv", {"g1": table["g1"], "tissue": table["tissue"]})
    text = (tmp_path / "a.csv").read_text()
    (tmp_path / "a.csv").write_text("\ufeff" + text)
    assert data.load(name, label="tissue").fields["x"].names == ["g1"]
    (tmp_path / "a.csv").write_text(text.replace("brain", "", 1))
    with pytest.raises(
        ValueError, match="'tissue' is missing in 1 row, first in row 1"
    ):
        data.load(name, label="tissue")


def test_rows_may_be_longer_than_a_block(tmp_path, monkeypatch):
    monkeypatch.setattr("kgen.data.delimited.BLOCK", 100)
    numbers = random().normal(size=(20, 50)).round(4)
    columns = {f"gene{number}": numbers[:, number] for number in range(50)}
    dataset = data.load(write(tmp_path / "a.csv", columns))
    assert sorted(dataset.train["x"][:, 0].round(4)) == sorted(
        set(numbers[:, 0].astype("float32").round(4))
        - set(dataset.validation["x"][:, 0].round(4)) - set(dataset.test["x"][:, 0].round(4))
    )  # fmt: skip


def test_a_word_far_down_and_a_missing_number_are_refused_with_their_place(
    table, tmp_path
):
    path = tmp_path / "a.csv"
    columns = {name: table[name] for name in ("g1", "g2")}
    name = write(path, {**columns, "g2": [*columns["g2"][:-1], ""]})
    with pytest.raises(ValueError, match="first in vector 59, column 'g2'"):
        data.load(name)
    rows = "\n".join(f"{number}.5,{number}" for number in range(400_000))
    path.write_text(f"g1,g2\n{rows}\nbad,7\n")
    with pytest.raises(ValueError, match="cannot be read as a table of numbers.*bad"):
        data.load(name)
    with pytest.raises(FileNotFoundError, match="no file 'gone.csv'"):
        data.load("csv:gone.csv")


def pictures(folder, count=12, shape=(20, 30), channels=1, first=0, sizes=3):
    """Pictures of some ``sizes``, whose heights grow by a pixel each."""
    folder.mkdir(parents=True)
    for number in range(first, first + count):
        grey = np.random.default_rng(number).integers(
            0, 50_000, (shape[0] + number % sizes, shape[1])
        )
        pixels = (
            grey.astype("uint16")
            if channels == 1
            else np.stack([grey // 200] * 3, axis=-1).astype("uint8")
        )
        Picture.fromarray(pixels).save(folder / f"{number:02}.png")


def test_pictures_of_16_bits_and_several_sizes_need_no_classes(tmp_path):
    pictures(tmp_path / "a")
    (tmp_path / "a" / "._00.png").write_bytes(b"litter")
    with pytest.raises(
        ValueError,
        match=r"is 21×30 pixels \(height × width\), 00.png is 20×30. .*the option size=64",
    ):
        data.load(f"folder:{tmp_path / 'a'}")
    dataset = data.load(f"folder:{tmp_path / 'a'}", size="16")
    field = dataset.fields["x"]
    assert (
        field.shape == (16, 16, 1)
        and dataset.classes is None
        and dataset.train["x"].dtype == "uint16"
    )
    assert field.high == dataset.train["x"].max() > 255
    assert (
        "12 pictures of 20×30, 21×30, 22×30 are resized and cropped in the middle to 16×16 "
        "(height × width), grey." in str(dataset)
    )


@pytest.mark.parametrize(
    ("fit", "border"), [("crop", False), ("pad", True), ("stretch", False)]
)
def test_pictures_come_to_their_size_as_asked(fit, border, tmp_path):
    folder = tmp_path / "a"
    folder.mkdir()
    for number in range(8):
        Picture.fromarray(np.full((20, 40, 3), 100 + number, "uint8")).save(
            folder / f"{number}.png"
        )
    dataset = data.load(f"folder:{folder}", size="16x16", channels="1", fit=fit)
    image = dataset.train["x"][0, ..., 0]
    assert (
        image.shape == (16, 16) and (image[0, 8] == 0) == border and image[8, 8] >= 100
    )
    for options, message in (
        ({"size": "big"}, "size='big' is not a number of pixels"),
        ({"channels": 2}, "channels=2 is not 1"),
        ({"size": 16, "fit": "squeeze"},
         "fit='squeeze' is not known. Choose one of crop, pad, stretch"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            data.load(f"folder:{folder}", **options)


def test_pairs_are_told_by_their_names(tmp_path):
    pictures(tmp_path / "p" / "a", shape=(16, 16), channels=3, sizes=1)
    masks = tmp_path / "p" / "b"
    masks.mkdir()
    for number in range(12):
        Picture.fromarray(
            (255 * random().integers(0, 2, (16, 16))).astype("uint8")
        ).save(masks / f"{number:02}.png")
    dataset = data.load(f"pairs:{tmp_path / 'p'}", size=16, y="mask")
    assert isinstance(dataset.fields["x"], Image) and isinstance(
        dataset.fields["y"], Mask
    )
    assert next(iter(dataset.train.batches(4)))[1].shape == (4, 16, 16, 1)
    resized = data.load(f"pairs:{tmp_path / 'p'}", size=9, y="mask").fields["y"]
    assert resized.values == [0, 255]
    (masks / "03.png").unlink()
    pictures(tmp_path / "more", 1, first=77)
    (tmp_path / "more" / "77.png").rename(masks / "77.png")
    with pytest.raises(
        ValueError,
        match="without a partner in the other folder: 2 images, a/03.png, b/77.png",
    ):
        data.load(f"pairs:{tmp_path / 'p'}", size=16)


@pytest.mark.parametrize("colour", [(200, 0, 0), (90, 90, 90)], ids=["red", "grey"])
def test_colours_are_no_numbers_of_classes(colour, tmp_path):
    pictures(tmp_path / "a", shape=(16, 16), channels=1, sizes=1)
    (tmp_path / "b").mkdir()
    mask = np.zeros((16, 16, 3), "uint8")
    mask[:8] = colour
    for picture in (tmp_path / "a").iterdir():
        Picture.fromarray(mask).save(tmp_path / "b" / picture.name)
    if colour[0] == colour[1]:
        dataset = data.load(f"pairs:{tmp_path}", y="mask", size=16)
        assert dataset.fields["y"].values == [0, 90]
        return
    with pytest.raises(
        ValueError, match="png shows classes as colours.*in grey, or with a palett"
    ):
        data.load(f"pairs:{tmp_path}", y="mask", size=16)


def test_domains_of_different_sizes_go_through_the_largest_once_an_epoch(tmp_path):
    pictures(tmp_path / "d" / "ct", 20, (16, 16))
    pictures(tmp_path / "d" / "mr", 50, (16, 16), channels=3)
    dataset = data.load(f"unpaired:{tmp_path / 'd'}", size=16)
    assert list(dataset.fields) == ["a", "b"] and "a: ct" in str(dataset)
    train = dataset.train
    steps, seen = train.steps(4), []
    for batch in train.batches(4, seed=1).take(2 * steps):
        assert batch["a"].shape == (4, 16, 16, 1) and batch["b"].shape == (4, 16, 16, 3)
        seen.append({name: values.numpy() for name, values in batch.items()})
    largest = np.concatenate([batch["b"] for batch in seen[:steps]])
    first = largest.reshape(4 * steps, -1)
    assert len(np.unique(first, axis=0)) == 4 * steps == len(train) // 4 * 4
    resumed = next(iter(train.batches(4, seed=1, first_epoch=1)))
    for name, values in seen[steps].items():
        np.testing.assert_array_equal(resumed[name], values)


@pytest.mark.parametrize("source", ["pairs", "unpaired"])
def test_two_folders_are_expected_and_none_may_be_empty(source, tmp_path):
    pictures(tmp_path / "d" / "a")
    with pytest.raises(
        ValueError, match="two folders of images are expected in .*; there are a"
    ):
        data.load(f"{source}:{tmp_path / 'd'}")
    (tmp_path / "d" / "b").mkdir()
    with pytest.raises(
        ValueError,
        match="/b' holds no PNG, JPEG, BMP or TIFF pictures. Remove it or fill it",
    ):
        data.load(f"{source}:{tmp_path / 'd'}")


def test_balls_have_the_volume_of_their_radius():
    dataset = data.load("balls", size="16", count=200)
    inside = dataset.train["x"].sum(axis=(1, 2, 3, 4))
    expected = 4 / 3 * np.pi * dataset.train["y"].astype("float64") ** 3
    np.testing.assert_allclose(inside, expected, rtol=0.05, atol=12)
    assert isinstance(dataset.fields["x"], Volume) and isinstance(
        dataset.fields["y"], Number
    )
    assert isinstance(data.load("digits").fields["y"], Label)
