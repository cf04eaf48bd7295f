"""Every failure, provoked in a training on the digits, and sound trainings without a warning."""

from functools import partial

import keras
import pytest

from kgen import plots
from kgen.abilities import Generates
from kgen.callbacks.health import Health
from kgen.experiments import building
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.tasks.failures import SOUND, TOO_EARLY, advice, failures_so_far, known
from tests.conftest import every_model, tiny, uncompiled

pytestmark = pytest.mark.whole

FAST, SLOW = 5e-3, 1e-7
WEAK_GENERATOR = {"discriminator": FAST, "generator": SLOW}
WEAK_DISCRIMINATOR = {"discriminator": SLOW, "generator": FAST}
STILL = {"discriminator": SLOW, "generator": SLOW}
PROVOKED = {
    "discriminator_wins": ("gan", WEAK_GENERATOR, {"dropout": 0.0}),
    "generator_wins": ("gan", WEAK_DISCRIMINATOR, {}),
    # Discriminators that do not learn: all outputs near 0, below the boundary of ½; or at random.
    "real_taken_for_fake": ("lsgan", STILL, {"width": 16}),
    "discriminator_guesses": ("cgan", STILL, {"width": 8}),
    "mode_collapse": (
        "gan",
        {"discriminator": 2e-4, "generator": 5e-3},
        {"width": 128, "dropout": 0.0},
    ),
    "generator_dies": ("gan", WEAK_GENERATOR, {"saturating": True, "dropout": 0.0}),
    "loss_drifts": ("dcgan", {"discriminator": 1e-3, "generator": 1e-6}, {"width": 16}),
    "posterior_collapse": ("vae", {}, {"width": 8, "beta": 100.0}),
}


class StopAfter(keras.callbacks.Callback):
    """Ends a training in the epoch after a failure: its second report would have shown then."""

    def __init__(self, failure, health):
        super().__init__()
        self.failure, self.health = failure, health

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = self.failure in ever(self.health.rows[:-1])


def trained(name, digits, epochs, learning_rates=(), options=(), failure=None):
    """The monitor of a training on the digits, with the diagnostics of its epochs."""
    config = RunConfig(
        name, "digits", learning_rates=dict(learning_rates), options=dict(options)
    )
    model = building.build(config, digits)
    health, batch_size = Health(digits), 160 if "wgan" in name else 32
    stream = digits.train.batches(batch_size)
    steps = digits.train.steps(batch_size)
    model.fit(
        stream,
        steps_per_epoch=steps,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        callbacks=[health, StopAfter(failure, health)],
    )
    return health


GOOD = {"real_accuracy": 0.7, "fake_accuracy": 0.6, "told_apart": 0.9}
FAILURES = {"generator_wins", "real_taken_for_fake", "discriminator_guesses"}


@pytest.mark.parametrize(
    ("real", "fake", "told_apart", "expected"),
    [
        (0.7, 0.6, 0.9, set()),
        (1.0, 0.21, 0.9, set()),
        (0.95, 0.19, 0.9, {"generator_wins"}),
        (
            0.05,
            0.98,
            0.75,
            {"real_taken_for_fake"},
        ),  # 95 % of real values taken for samples, accuracy .515
        (0.19, 1.0, 0.9, {"real_taken_for_fake"}),
        (0.6, 0.58, 0.9, {"discriminator_guesses"}),
        (0.6, 0.61, 0.9, set()),
        (0.1, 0.1, 0.9, {"generator_wins", "real_taken_for_fake"}),
        (
            0.0,
            1.0,
            0.74,
            set(),
        ),  # as good as real: whatever a discriminator says is at chance
        (0.5, 0.5, 0.5, set()),
        (
            0.05,
            0.98,
            None,
            {"real_taken_for_fake"},
        ),  # too few values for a support vector machine
    ],
)
def test_a_discriminator_that_fails_on_a_side_or_on_both_is_told_of(
    real, fake, told_apart, expected
):
    row = {
        "real_accuracy": real,
        "fake_accuracy": fake,
        "discriminator_accuracy": (real + fake) / 2,
    }
    row |= {} if told_apart is None else {"told_apart": told_apart}
    assert FAILURES & ever([row] * 3) == expected
    assert not FAILURES & ever([row] * 2 + [{**GOOD, "discriminator_accuracy": 0.65}])


@pytest.mark.parametrize(
    ("first", "later", "collapses"),
    [(0.8, 0.3, True), (0.8, 0.6, False), (3.7, 0.9, False), (3.7, 0.4, True)],
)
def test_a_generator_that_was_noise_does_not_collapse_as_it_learns(
    first, later, collapses
):
    rows = [{"diversity": value} for value in (first, later, later, later)]
    assert ("mode_collapse" in ever(rows)) == collapses


@pytest.mark.parametrize(("told_apart", "collapses"), [(0.55, False), (0.7, True)])
def test_samples_that_nobody_tells_from_real_values_have_not_collapsed(
    told_apart, collapses
):
    rows = [
        {"diversity": value, "told_apart": told_apart} for value in (1.1, 0.3, 0.3, 0.3)
    ]
    assert ("mode_collapse" in ever(rows)) == collapses


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ((), TOO_EARLY),
        ((1.0, 9.0), TOO_EARLY),
        ((1.0, 1.0, 1.0), SOUND),
        ((1.0, 9.0, 9.0, 9.0), "loss_drifts"),
    ],
)
def test_nothing_is_called_sound_before_as_many_epochs_as_a_failure_lasts(
    losses, expected, digits
):
    assert Health(digits, [{"loss": loss} for loss in losses]).word() == expected


def ever(rows):
    return {name for names in failures_so_far(rows) for name in names}


@pytest.mark.parametrize("failure", known())
def test_after_few_steps_the_advice_is_to_take_more_of_them_first(failure):
    row = dict.fromkeys(("loss", "diversity", "discriminator_accuracy", *GOOD), 0.5)
    told = [advice(failure, {}, {**row, "steps": steps}) for steps in (63, 1000)]
    few = "But only 63 steps were taken: take a smaller batch_size first, and then more epochs."
    assert told == [f"{told[1]} {few}", advice(failure, {}, row)]


def test_a_monitor_goes_on_where_earlier_epochs_lack_a_sign(digits, tmp_path):
    run = Run(tmp_path)
    before = {"epoch": 1, "loss": 2.0}
    run.write_rows("health.csv", [before])
    model = uncompiled(tiny("vae", digits.fields))
    model.epochs_trained = 1
    health = Health(digits, run.health, partial(run.write_rows, "health.csv"))
    model.fit(digits.train["x"][:96], batch_size=32, verbose=0, callbacks=[health])
    assert (
        run.health == [before, pytest.approx(health.rows[1], nan_ok=True)]
        and run.health[1]["steps"] == 3.0
    )
    plots.curves(
        [{"epoch": epoch, "loss": 1.0} for epoch in (1, 2)],
        "",
        [(row, []) for row in run.health],
    )


@pytest.mark.parametrize("failure", known())
def test_a_provoked_failure_is_found_and_said_in_words(failure, digits, capsys):
    name, *settings = PROVOKED[failure]
    health = trained(name, digits, 10, *settings, failure=failure)
    assert failure in ever(health.rows), health.rows
    assert capsys.readouterr().out.count(known()[failure][1][:24]) == 1


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
