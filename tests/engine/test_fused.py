"""Steps fused in one program under JAX equal those of a loop, whatever the batches and the end."""

import keras
import numpy as np
import pytest

from kgen.engine.callbacks import TrainingDiverged
from tests.conftest import tiny, values_for

under_jax = keras.backend.backend() == "jax"
pytestmark = pytest.mark.skipif(
    not under_jax, reason="Keras itself fuses the steps of TensorFlow"
)


@pytest.fixture
def on_an_accelerator(monkeypatch):
    monkeypatch.setattr("kgen.engine.jax.fuses", lambda: True)


def running_sum(state, batch):
    total = state[0] + batch["x"].sum()
    return {"total": total}, (total,)


def batches(*sizes):
    return iter([{"x": np.full((size,), size, "float32")} for size in sizes])


@pytest.mark.parametrize(
    "sizes", [(2, 2, 2), (2, 2, 2, 2), (3,), (2, 2, 1), (2, 1, 2, 2, 2)]
)
def test_every_batch_counts_once(sizes):
    from kgen.engine.fused import FusedSteps

    steps, state, iterator = FusedSteps(running_sum, 3), (0.0,), batches(*sizes)
    for _ in range(-(-len(sizes) // 3)):
        logs, state = steps(state, iterator)
    assert float(logs["total"]) == float(state[0]) == sum(size**2 for size in sizes)
    with pytest.raises(StopIteration):
        steps(state, iterator)


def test_what_was_fetched_of_one_stream_is_not_for_another():
    from kgen.engine.fused import FusedSteps

    steps = FusedSteps(running_sum, 2)
    steps((0.0,), batches(2, 2, 5, 5))
    logs, _ = steps((0.0,), batches(3, 3))
    assert float(logs["total"]) == 18


def fitted(name, **options):
    keras.utils.set_random_seed(0)
    model = tiny(name)
    model.compile(**options)
    values = values_for(model)
    history = model.fit(
        values, batch_size=2, epochs=2, shuffle=False, verbose=0
    ).history
    return model, history


@pytest.mark.parametrize("name", ["vae", "dcgan", "wgan-gp", "cvae-cgan", "cycle-gan"])
def test_a_training_is_that_of_single_steps(name, on_an_accelerator):
    (fused, history), (single, expected) = (
        fitted(name, steps_per_execution=3),
        fitted(name),
    )
    for key, values in expected.items():
        np.testing.assert_allclose(
            history[key], values, rtol=2e-3, atol=2e-3, err_msg=key
        )
    for variable, other in zip(fused.variables, single.variables, strict=True):
        np.testing.assert_allclose(
            variable, other, rtol=5e-3, atol=5e-3, err_msg=variable.path
        )


def test_nan_within_fused_steps_is_found_and_its_epoch_named(on_an_accelerator):
    model = tiny("vae")
    model.compile(steps_per_execution=3)
    values = values_for(model)
    model.fit(values, batch_size=2, verbose=0)
    model.encoder.layers[-1].kernel.assign(
        np.full(model.encoder.layers[-1].kernel.shape, np.nan)
    )
    with pytest.raises(TrainingDiverged, match="became nan in batch 3 of epoch 2"):
        model.fit(values, batch_size=2, epochs=2, initial_epoch=1, verbose=0)
    assert model.epochs_trained == 1
