"""What is told about how values were divided, compared with how they were."""

import re

import numpy as np
import pytest
from PIL import Image as Pillow

from kgen import data
from kgen.data import Data
from kgen.fields import Image, Label

OWN, DRAWN = "its own values for the test", "15% for the test"
ALIKE = ", of every class alike"


def arrays(folder, *names):
    random = np.random.default_rng(0)
    values = {
        "x": random.random((40, 3)),
        "y": np.arange(40) % 2,
        "x_test": random.random((6, 3)),
        "y_test": np.ones(6),
    }
    np.savez(folder / "a.npz", **{name: values[name] for name in names})
    return f"npz:{folder / 'a.npz'}"


def table(folder, name="all.csv"):
    rows = [f"{number / 7:.3f},{'ab'[number % 2]}" for number in range(40)]
    (folder / name).write_text("\n".join(["g,t", *rows]))
    return f"csv:{folder / name}"


def pictures(folder, *groups):
    for group in groups:
        (folder / group).mkdir()
        for number in range(12):
            Pillow.fromarray(np.full((8, 8), 20 * number, "uint8")).save(
                folder / group / f"{number}.png"
            )
    return folder


SOURCES = {
    "digits": (lambda folder: ("digits", {}), OWN, True),
    "ring": (lambda folder: ("ring", {"count": 40}), DRAWN, False),
    "balls": (lambda folder: ("balls", {"count": 20, "size": 8}), DRAWN, False),
    "sprites": (lambda folder: ("sprites", {}), DRAWN, True),
    "npz": (lambda folder: (arrays(folder, "x", "y"), {}), DRAWN, True),
    "npz without classes": (lambda folder: (arrays(folder, "x"), {}), DRAWN, False),
    "npz with a test": (
        lambda folder: (arrays(folder, "x", "y", "x_test", "y_test"), {}),
        OWN,
        True,
    ),
    "csv": (lambda folder: (table(folder), {"label": "t"}), DRAWN, True),
    "csv with a test": (
        lambda folder: (
            table(folder),
            {"label": "t", "test": table(folder, "b.csv")[4:]},
        ),
        OWN,
        True,
    ),
    "folder": (
        lambda folder: (f"folder:{pictures(folder, 'a', 'b')}", {}),
        DRAWN,
        True,
    ),
    "pairs": (lambda folder: (f"pairs:{pictures(folder, 'a', 'b')}", {}), DRAWN, False),
    "unpaired": (
        lambda folder: (f"unpaired:{pictures(folder, 'a', 'b')}", {}),
        DRAWN,
        False,
    ),
}


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_printed_before_a_training_says_how_a_source_was_divided(
    source, tmp_path
):
    named, shares, classes = SOURCES[source]
    name, options = named(tmp_path)
    lines = [
        line
        for line in str(data.load(name, **options)).splitlines()
        if line.startswith("divided: ")
    ]
    alike = ALIKE if classes else ""
    validation = "10% of the others, at most 5,000, for validation"
    told = f"divided: {shares}; {validation}; at random{alike}, the same in every run"
    assert lines == [told]


@pytest.mark.parametrize("given", [False, True], ids=["drawn test", "given test"])
@pytest.mark.parametrize(
    "classes", [False, True], ids=["without classes", "with classes"]
)
def test_the_shares_are_those_that_are_told(classes, given):
    values = {
        "x": np.arange(2000.0).reshape(-1, 1, 1, 1) / 2000,
        **({"y": np.arange(2000) % 4} if classes else {}),
    }
    fields = {"x": Image((1, 1, 1)), **({"y": Label(4)} if classes else {})}
    test = {name: part[:100] for name, part in values.items()} if given else None
    found = Data.from_arrays("some", values, fields, test)
    kept = 2000 if given else 1700
    assert [len(part) for part in (found.train, found.validation, found.test)] == [
        kept * 9 // 10, kept // 10, 100 if given else 300,
    ]  # fmt: skip
    if classes:
        assert set(np.bincount(found.validation.labels)) <= {kept // 40, kept // 40 + 1}
    again = Data.from_arrays("some", values, fields, test)
    np.testing.assert_array_equal(again.validation["x"], found.validation["x"])


def test_validation_is_capped_as_told():
    values = {"x": np.zeros((60_000, 1, 1, 1), "float32")}
    found = Data.from_arrays(
        "many", values, {"x": Image((1, 1, 1))}, {"x": values["x"][:10]}
    )
    assert len(found.validation) == int(
        re.search(r"at most ([\d,]+)", str(found))[1].replace(",", "")
    )
