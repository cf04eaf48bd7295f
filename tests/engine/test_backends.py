import importlib.util
import os
import subprocess
import sys
from functools import partial

import keras
import numpy as np
import pytest

from tests.conftest import tiny
from tests.engine.eight_steps import trained

pytestmark = pytest.mark.whole

OTHER = {"tensorflow": "jax", "jax": "tensorflow"}[keras.backend.backend()]


def run(backend, *arguments):
    environment = {**os.environ, "KERAS_BACKEND": backend}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )


# Together they play every kind of loss: of autoencoders, games, labels, penalties and cycles.
HERE = ["cvae-cgan", "wgan-gp", "cycle-gan"]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """These models saved here, and the results of all in one process of the other backend."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for name in HERE:
        keras.utils.set_random_seed(0)
        model = tiny(
            name, dropout=0.0, noise=0.0, shift=0.0, pool_size=0, ema_decay=0.9
        )
        # Unless ε is large, Adam turns a gradient of mere rounding errors into a step of full size.
        adam = partial(keras.optimizers.Adam, 1e-3, 0.5, epsilon=1e-4)
        model.compile(
            **{model.optimizer_name(player): adam() for player in model.players}
        )
        model.save(folder / f"{name}.keras")
    result = run(OTHER, "tests.engine.eight_steps", folder)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="the extra 'jax' is not installed"
)
@pytest.mark.parametrize("name", HERE)
def test_a_model_saved_under_one_backend_trains_alike_under_the_other(name, elsewhere):
    here, there = (
        trained(elsewhere / f"{name}.keras"),
        np.load(elsewhere / f"{name}.npz"),
    )
    for quantity, value in here.items():
        # The noise is unused but still drawn: seeds count alike, each backend in its own type.
        # A loss of weighted parts, such as CycleGAN's 16, is as exact as its magnitude allows.
        np.testing.assert_allclose(
            value, there[quantity], rtol=2e-4, atol=5e-4, err_msg=quantity
        )


def test_an_unsupported_backend_is_named():
    result = run("numpy", "kgen.engine.backend")
    assert result.returncode != 0
    for part in (
        "backend 'numpy'",
        "Supported: 'tensorflow' and 'jax'",
        "KERAS_BACKEND",
    ):
        assert part in result.stderr
