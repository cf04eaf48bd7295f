import numpy as np
import pytest

from kgen.metrics import sharpness
from kgen.tasks.reconstruct import Reconstruct
from kgen.tasks.study import Study
from tests.conftest import tiny


def test_the_whole_test_split_is_reconstructed_with_its_labels(digits):
    model = tiny("cvae", digits.fields)
    real = digits.test.scaled()
    again = model.reconstruct(digits.test["x"], digits.test.labels) / 16
    scores = Reconstruct().measure(Study(model, digits))
    assert scores["reconstruction_mse"].value == pytest.approx(
        np.mean((real - again) ** 2), rel=1e-5
    )
    edges = scores["reconstruction_sharpness"]
    assert (edges.value, edges.real) == pytest.approx(
        (sharpness(again), sharpness(real)), rel=1e-5
    )
