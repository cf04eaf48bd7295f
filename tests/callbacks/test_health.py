"""Every fault provoked in a training on the digits, and sound trainings that give no cause for a warning."""

import pytest

from kgen.abilities import Generates
from kgen.callbacks.health import Health
from kgen.experiments import building
from kgen.runs.config import RunConfig
from kgen.tasks.faults import faults_so_far, known
from tests.conftest import every_model

FAST, SLOW = 5e-3, 1e-7
WEAK_GENERATOR = {"discriminator": FAST, "generator": SLOW}
WEAK_DISCRIMINATOR = {"discriminator": SLOW, "generator": FAST}
PROVOKED = {
    "discriminator_wins": ("gan", WEAK_GENERATOR, {"dropout": 0.0}),
    "generator_wins": ("gan", WEAK_DISCRIMINATOR, {}),
    "mode_collapse": ("gan", {"discriminator": 2e-4, "generator": 5e-3}, {"width": 128, "dropout": 0.0}),
    "generator_dies": ("gan", WEAK_GENERATOR, {"saturating": True, "dropout": 0.0}),
    "loss_drifts": ("dcgan", {"discriminator": 1e-3, "generator": 1e-6}, {"width": 16}),
    "posterior_collapse": ("vae", {}, {"width": 8, "beta": 100.0}),
}


def trained(name, digits, epochs, learning_rates=(), options=()):
    """The monitor of a training on the digits, with the signs of its epochs."""
    config = RunConfig(name, "digits", learning_rates=dict(learning_rates), options=dict(options))
    model = building.build(config, digits)
    health, batch_size = Health(digits), 160 if "wgan" in name else 32
    stream = digits.train.batches(batch_size)
    steps = digits.train.steps(batch_size)
    model.fit(stream, steps_per_epoch=steps, epochs=epochs, shuffle=False, verbose=0, callbacks=[health])
    return health


def ever(rows):
    return {name for names in faults_so_far(rows) for name in names}


@pytest.mark.parametrize("fault", known())
def test_a_provoked_fault_is_found_and_said_in_words(fault, digits, capsys):
    health = trained(PROVOKED[fault][0], digits, 10, *PROVOKED[fault][1:])
    assert fault in ever(health.rows), health.rows
    assert capsys.readouterr().out.count(known()[fault][1][:24]) == 1


@pytest.mark.parametrize("name", ["dcgan", "acgan", "vae"])
def test_a_sound_training_is_not_warned_of(name, digits, capsys):
    health = trained(name, digits, 6, options={"width": 16})
    assert len(health.rows) == 6 and not ever(health.rows), health.rows
    assert capsys.readouterr().out == ""


@pytest.mark.slow
@every_model(Generates)
def test_no_sound_training_of_any_model_is_warned_of(name, digits):
    health = trained(name, digits, 30)
    assert not ever(health.rows), health.rows
