import keras
import numpy as np
import pytest
from keras import ops

from kgen.experiments import building
from kgen.models import ProgressiveGAN
from kgen.models.adversarial.growth import Growth
from kgen.runs.config import RunConfig
from tests.conftest import tiny, uncompiled

SHORT = {"stable_epochs": 1, "fade_epochs": 2, "n_critic": 1}


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).random((24, 8, 8, 1), dtype="float32")


def begun():
    """A model in front of its first fade, which takes two epochs."""
    model = tiny("progressive-gan", **SHORT)
    model.epochs_trained = 1
    return model


def fitted(model, images, epochs, **options):
    model.fit(images, batch_size=8, epochs=epochs, shuffle=False, verbose=0, **options)
    return model


def state(model):
    optimizers = [
        v for optimizer in model.optimizers.values() for v in optimizer.variables
    ]
    return [
        ops.convert_to_numpy(variable) for variable in [*model.variables, *optimizers]
    ]


def test_the_level_rests_in_each_size_and_rises_evenly_in_each_fade():
    levels = [Growth(2, 2, 4).level_after(epochs) for epochs in range(15)]
    assert levels == [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1.25, 1.5, 1.75, 2, 2, 2]


def test_a_stage_is_the_size_that_an_epoch_trains():
    stages = [
        Growth(2, 1, 2).stage_after(epochs)
        for epochs in (0, 1, 2, 3, 4, 6, 1000, np.inf)
    ]
    assert stages == [
        "4 pixels",
        "8 pixels, fading in",
        "8 pixels, fading in",
        "8 pixels",
        "16 pixels, fading in",
        *["16 pixels"] * 3,
    ]


class Levels(keras.callbacks.Callback):
    """The level before every step, under TensorFlow, where callbacks can read it."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_begin(self, batch, logs=None):
        self.seen.append(float(self.model.level))


@pytest.mark.skipif(
    keras.backend.backend() == "jax",
    reason="JAX keeps the variables of an epoch elsewhere",
)
def test_a_fade_reaches_both_of_its_ends(images):
    model, levels = uncompiled(begun()), Levels()
    model.fit(images[:16], batch_size=8, epochs=3, verbose=0, callbacks=[levels])
    np.testing.assert_array_equal(levels.seen, [0.0, 0.25, 0.5, 0.75, 1.0, 1.0])


def test_a_stage_moves_the_variables_of_its_size_alone(images):
    model = uncompiled(tiny("progressive-gan", **SHORT))
    new = [
        w
        for player in model.players.values()
        for w in player[0].get_layer("block_8").weights
    ]
    before = [ops.convert_to_numpy(weight) for weight in new]
    fitted(model, images[:8], 1)
    assert not any(moved(before, new))
    fitted(model, images[:16], 1)  # in the first step of the fade α is 0
    assert all(moved(before, new))
    assert float(model.level) == pytest.approx(0.5)


def moved(before, weights):
    """Whether each weight differs from what it was."""
    now = [ops.convert_to_numpy(weight) for weight in weights]
    return [(old != new).any() for old, new in zip(before, now, strict=True)]


@pytest.mark.whole
def test_a_training_resumed_within_a_fade_is_the_same_to_the_bit(images, tmp_path):
    path = tmp_path / "model.keras"
    whole = begun()
    saving = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, _: epoch or whole.save(path)
    )
    fitted(whole, images, 2, callbacks=[saving])
    again = keras.saving.load_model(path)
    assert float(again.level) == pytest.approx(0.5)
    fitted(again, images, 1)
    for one, other in zip(state(whole), state(again), strict=True):
        np.testing.assert_array_equal(one, other)


def test_samples_have_the_size_of_the_images_and_the_sharpness_of_the_level():
    model = tiny("progressive-gan")
    samples = model.generate(3, seed=0)
    assert samples.shape == (3, 8, 8, 1)
    np.testing.assert_array_equal(samples[:, ::2, ::2], samples[:, 1::2, 1::2])
    model.level.assign(1.0)
    assert (model.generate(3, seed=0)[:, ::2, ::2] != samples[:, ::2, ::2]).any()


def test_the_critic_pays_for_values_that_drift_away(images):
    model = uncompiled(
        tiny("progressive-gan", drift_weight=0.5, gp_weight=3.0, n_critic=1)
    )
    model.level.assign(1.0)
    logs = model.evaluate(images, batch_size=24, verbose=0, return_dict=True)
    parts = logs["real_loss"] + logs["fake_loss"] + 3.0 * logs["gradient_penalty"]
    assert logs["discriminator_loss"] == pytest.approx(
        parts + 0.5 * logs["drift"], rel=1e-5
    )
    assert logs["drift"] == pytest.approx(
        np.mean(np.square(model.realness(images))), rel=1e-4
    )
    assert logs["level"] == 1.0


def test_the_papers_optimizer_and_averages_are_the_default():
    model = tiny("progressive-gan")
    assert model.ema_decay == 0.999
    for optimizer in model.optimizers.values():
        assert (optimizer.beta_1, optimizer.beta_2) == (0.0, 0.99)
        assert float(optimizer.learning_rate) == pytest.approx(1e-3)


@pytest.mark.parametrize(
    "options",
    [{"fade_epochs": 0}, {"stable_epochs": 0}, {"drift_weight": -1.0}, {"width": 0}],
)
def test_arguments_out_of_range_are_refused(options):
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f"{name}={value}"):
        tiny("progressive-gan", **options)


def test_batches_smaller_than_a_group_are_refused(images):
    model = tiny("progressive-gan", n_critic=2)
    for values, size in ((images, 7), (images[:5], 32)):
        with pytest.raises(
            ValueError, match=r"groups of 4 in each of its 2 plays.*at least 8"
        ):
            model.fit(values, batch_size=size, verbose=0)


def test_an_optimizer_that_averages_weights_by_position_is_refused():
    model = uncompiled(tiny("progressive-gan"))
    averaging = keras.optimizers.Adam(1e-3, use_ema=True)
    with pytest.raises(
        ValueError, match=r"discriminator_optimizer has use_ema=True.*ema_decay"
    ):
        model.compile(discriminator_optimizer=averaging)


def test_a_fade_needs_to_know_the_steps_of_an_epoch(images):
    model = begun()
    with pytest.raises(ValueError, match=r"steps_per_epoch=None.*Give fit a number"):
        model.fit(((images[:8],) for _ in range(3)), shuffle=False, verbose=0)


def test_a_training_that_ends_before_its_last_size_is_refused(digits):
    config = RunConfig("progressive-gan", "digits", epochs=4, options={"width": 4})
    with pytest.raises(
        ValueError,
        match="epochs=4 ends in the stage '8 pixels, fading in' of progressive-gan",
    ):
        building.build(config, digits)


def test_colours_grow_too():
    model = ProgressiveGAN.from_shape((16, 16, 3), latent_dim=3, width=4, max_width=4)
    assert model.generate(2).shape == (2, 16, 16, 3)
