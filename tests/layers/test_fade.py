import numpy as np
import pytest
from keras import ops

from kgen.layers import Fade

OLD, NEW = (
    np.random.default_rng(seed).random((1, 4, 4, 2), dtype="float32") for seed in (0, 1)
)


@pytest.mark.parametrize(
    ("level", "share"), [(0.0, 0.0), (2.0, 0.0), (2.25, 0.25), (3.0, 1.0), (5.0, 1.0)]
)
def test_the_share_of_the_new_path_follows_the_level(level, share):
    found = ops.convert_to_numpy(Fade(3)([OLD, NEW, np.array([level], "float32")]))
    np.testing.assert_allclose(found, (1 - share) * OLD + share * NEW, rtol=1e-6)
    if share in (0.0, 1.0):
        np.testing.assert_array_equal(found, NEW if share else OLD)


def test_half_precision_does_not_round_the_level():
    """2.51 is 2.516 in bfloat16."""
    level = np.array([2.51], "float32")
    found = Fade(3, dtype="mixed_bfloat16")([0 * OLD, 1024 + 0 * NEW, level])
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.cast(found, "float32")), 522.2, atol=2.0
    )
