"""Learning rates that move over a run: their values, and that they end with it for every player."""

import keras
import numpy as np
import pytest

from kgen.experiments import training
from kgen.experiments.schedules import cosine, schedule, warmup
from kgen.models import MODELS
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from tests.conftest import a_model_of_each_kind, tiny, uncompiled, values_for

SMALL = {"latent_dim": 2, "width": 4}


def test_a_cosine_falls_from_the_rate_to_nothing():
    rates = [float(cosine(0.2, 100)(step)) for step in (0, 25, 50, 75, 100, 200)]
    expected = [
        0.1 * (1 + np.cos(np.pi * share)) for share in (0, 0.25, 0.5, 0.75, 1, 1)
    ]
    np.testing.assert_allclose(rates, expected, atol=1e-7)


def test_a_warm_up_rises_over_a_twentieth_and_stays():
    rates = [float(warmup(0.2, 100)(step)) for step in (0, 1, 4, 5, 6, 100)]
    np.testing.assert_allclose(rates, [0, 0.04, 0.16, 0.2, 0.2, 0.2], atol=1e-7)


@a_model_of_each_kind(MODELS)
def test_the_rate_of_every_player_ends_with_the_run(name):
    model = uncompiled(tiny(name))
    schedule(model, "cosine", 4)
    assert all(
        float(optimizer.learning_rate) > 0 for optimizer in model.optimizers.values()
    )
    model.fit(values_for(model), batch_size=12, verbose=0)
    for player, optimizer in model.optimizers.items():
        assert int(optimizer.iterations) == 4 * model.plays(player)
        assert float(optimizer.learning_rate) == pytest.approx(0, abs=1e-9), player


def config(epochs, name):
    return RunConfig(
        "vae",
        "digits",
        epochs,
        batch_size=512,
        learning_rate_schedule=name,
        options=SMALL,
    )


class Stop(keras.callbacks.Callback):
    """Interrupts a training before its second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


@pytest.mark.whole
@pytest.mark.parametrize(
    "name", ["cosine", pytest.param("warmup", marks=pytest.mark.slow)]
)
def test_a_resumed_run_follows_the_schedule_on(name, tmp_path):
    settings = config(3, name)
    straight = training.start(tmp_path / "straight", settings, eager=True).model()
    stop = {"callbacks": [Stop()], "eager": True}
    with pytest.raises(KeyboardInterrupt):
        training.start(tmp_path / "stopped", settings, **stop)
    resumed = training.resume(Run.open(tmp_path / "stopped"), eager=True).model()
    for variable, other in zip(resumed.variables, straight.variables, strict=True):
        np.testing.assert_allclose(
            variable, other, rtol=1e-4, atol=1e-6, err_msg=variable.path
        )


def test_a_schedule_is_not_longer_than_its_run(tmp_path):
    run = training.start(tmp_path / "run", config(1, "cosine"), eager=True)
    with pytest.raises(
        ValueError, match="epochs=2 is more than the 1 over which the learning rate"
    ):
        training.resume(run, epochs=2)


def test_an_unknown_schedule_is_refused_before_data_are_read(tmp_path):
    unknown = RunConfig("vae", "npz:missing.npz", learning_rate_schedule="cosin")
    with pytest.raises(
        ValueError, match="Unknown learning rate schedule 'cosin'.*cosine"
    ):
        training.start(tmp_path / "run", unknown)


@pytest.mark.parametrize("name", ["constant", "cosine", "warmup"])
def test_a_rate_that_is_too_high_is_named_under_any_schedule(name):
    model = uncompiled(tiny("vae"))
    model.optimizer.learning_rate = 10.0
    schedule(model, name, 2)
    with pytest.raises(ValueError, match="Try a lower learning rate than 10,"):
        model.fit(values_for(model), batch_size=2, epochs=2, verbose=0)
