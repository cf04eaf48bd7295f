"""The table of complexity and performance."""

import numpy as np
import pytest

from kgen import data, interpret
from kgen.data import Data
from kgen.fields import Number, Vector

pytestmark = pytest.mark.whole

NAMES = ["small tree", "tree", "linear", "kernel", "CNN"]


def test_models_of_classes_learn_the_same_values():
    rows = interpret.trade_off(data.load("digits"), epochs=4)
    assert [row.name for row in rows] == NAMES
    found = {row.name: row.performance for row in rows}
    assert found["small tree"] < found["tree"] < found["linear"] < found["kernel"]
    assert found["CNN"] > 0.7
    sizes = {row.name: row.size for row in rows}
    assert (
        sizes["small tree"] < 32
        and sizes["linear"] == 640
        and all(row.read for row in rows)
    )


def test_models_of_numbers_are_compared_by_r_squared():
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 3)).astype("float32")
    y = 50.0 + 10.0 * x[:, 0] * (x[:, 1] > 0)
    values = {"x": x, "y": y}
    fields = {"x": Vector.of(x, "x").fitted(x), "y": Number.of(y, "y").fitted(y)}
    rows = interpret.trade_off(Data.from_arrays("crossed", values, fields), epochs=20)
    found = {row.name: row.performance for row in rows}
    assert found["tree"] > found["linear"] and found["CNN"] > 0.5
    assert found["linear"] == pytest.approx(0.5, abs=0.2)
