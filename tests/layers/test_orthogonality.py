import numpy as np
import pytest

from kgen.layers import Orthogonality


def test_orthogonal_filters_of_any_length_pay_nothing():
    kernel = np.linalg.qr(np.random.default_rng(0).normal(size=(12, 4)))[0] * [
        1,
        2,
        3,
        4,
    ]
    penalty = Orthogonality(2.0)(kernel.reshape(2, 2, 3, 4).astype("float32"))
    assert float(penalty) == pytest.approx(0.0, abs=1e-9)


def test_each_pair_pays_its_squared_inner_product_twice():
    kernel = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]], "float32")
    assert float(Orthogonality(0.1)(kernel)) == pytest.approx(
        0.1 * 2 * (2**2 + 0**2 + 3**2)
    )


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="weight=-1"):
        Orthogonality(-1)
