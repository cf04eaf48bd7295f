import numpy as np
import pytest

from kgen.experiments import testing
from kgen.metrics import sharpness
from tests.conftest import tiny


def test_the_test_split_measured_in_parts_equals_the_whole(digits, monkeypatch):
    monkeypatch.setattr(testing, "PART", 100)
    model = tiny("cvae", digits.fields)
    real = digits.test.scaled()
    again = model.reconstruct(digits.test["x"], digits.test.labels) / 16
    assert len(real) % 100 != 0
    assert {**testing.reconstructions(model, digits), **testing.reality(digits)} == pytest.approx(
        {
            "reconstruction_mse": np.mean((real - again) ** 2),
            "sharpness_real": sharpness(real),
            "sharpness_reconstructed": sharpness(again),
        },
        rel=1e-5,
    )
