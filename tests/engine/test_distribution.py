import keras
import numpy as np
import pytest

from kgen.engine import distribute
from tests.engine import distributed_steps
from tests.engine.test_backends import run

pytestmark = pytest.mark.whole

LONGER = [
    pytest.param(name, marks=pytest.mark.slow) for name in ("cvae", "dcgan", "wgan")
]


@pytest.fixture(scope="module", params=["vae-gan", *LONGER])
def results(request, tmp_path_factory):
    """The same training on one device, and in a process of its own on two, which divides them."""
    folder, module = tmp_path_factory.mktemp("devices"), distributed_steps.__name__
    one, two = (folder / f"{count}.npz" for count in (1, 2))
    distributed_steps.main(request.param, 1, one)
    done = run(keras.backend.backend(), module, request.param, "2", two)
    assert done.returncode == 0, done.stderr
    return [dict(np.load(path)) for path in (one, two)]


def test_two_devices_train_as_one(results):
    one, two = results
    for name in set(one) - {"noise", "masks"}:
        np.testing.assert_allclose(
            one[name], two[name], rtol=1e-6, atol=1e-5, err_msg=name
        )


def test_devices_draw_different_noise(results):
    _, two = results
    assert two["noise"].shape == (8, 3)
    assert np.abs(two["noise"][:4] - two["noise"][4:]).min() > 1e-3
    assert 0.3 < np.mean(two["masks"][:4] != two["masks"][4:]) < 0.7


def test_more_devices_than_there_are_is_an_error():
    keras.ops.zeros(1) + 1.0  # the CPU is in use undivided
    with pytest.raises(ValueError, match="devices=64, but there are"):
        distribute(64)
    with pytest.raises(ValueError, match="devices=0 is not a whole number"):
        distribute(0)
