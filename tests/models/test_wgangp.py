import keras
import numpy as np
import pytest
from keras import ops
from scipy import stats

from kgen import networks
from kgen.models import WGANGP
from tests.conftest import SHAPE, tiny
from tests.models import normals


@pytest.mark.parametrize("mean", [0.0, 1.0, 4.0])
def test_a_linear_critic_has_the_slope_and_sees_the_distance_of_theory(mean):
    model = WGANGP(
        normals.shift(mean), normals.line(), n_critic=1, fields=normals.FIELDS, seed=0
    )
    # The objective is a parabola of curvature 2λ: a step of 1 / 2λ reaches its minimum.
    model.compile(discriminator_optimizer=keras.optimizers.SGD(1 / 20))
    model.discriminator.layers[0].set_weights([np.full((1, 1), -0.5), np.zeros(1)])
    model.fit(normals.real(60_000), batch_size=20_000, verbose=0)
    slope = 1.0 + mean / 20
    assert float(model.discriminator.get_weights()[0][0, 0]) == pytest.approx(
        -slope, abs=2e-3
    )
    assert normals.paid(model)["loss"] == pytest.approx(slope * mean, abs=0.03)


def test_points_between_are_drawn_uniformly_once_an_image():
    ones = ops.ones((5000, 2, 3, 1))
    share = ops.convert_to_numpy(
        tiny("wgan-gp").between(ones, 0.0 * ones, training=True)
    )
    assert np.ptp(share, axis=(1, 2, 3)).max() == 0.0
    assert stats.kstest(share[:, 0, 0, 0], "uniform").pvalue > 0.01


def test_the_penalty_is_of_the_slope_at_those_points(batch):
    model = tiny("wgan-gp", gp_weight=3.0)
    x = ops.convert_to_tensor(model.fields["x"].scaled(batch[0]))
    logs = model.evaluate(batch[0], batch_size=48, verbose=0, return_dict=True)
    assert logs["discriminator_loss"] == pytest.approx(
        logs["real_loss"] + logs["fake_loss"] + 3.0 * logs["gradient_penalty"], rel=1e-5
    )
    slopes = ops.convert_to_numpy(model.input_gradient(model.discriminator, x)).reshape(
        48, -1
    )
    # A critic with small random weights is almost linear: its slope is nearly constant.
    assert logs["gradient_penalty"] == pytest.approx(
        np.mean((np.linalg.norm(slopes, axis=1) - 1) ** 2), rel=0.02
    )


def test_a_critic_that_sees_nothing_still_gets_a_finite_step(batch):
    model = tiny("wgan-gp")
    model.discriminator.set_weights(
        [np.zeros_like(weight) for weight in model.discriminator.get_weights()]
    )
    model.train_step(batch)
    assert all(
        np.isfinite(weight).all() for weight in model.discriminator.get_weights()
    )


@pytest.mark.parametrize(
    "normalised", [networks.discriminator, lambda shape: nested(shape)]
)
def test_a_critic_with_batch_norm_is_refused_with_the_reason(normalised):
    with pytest.raises(
        ValueError,
        match=r"BatchNormalization layer.*depend on the others.*LayerNormalization",
    ):
        WGANGP(networks.dense_generator(SHAPE, 3, 4), normalised(SHAPE))


def nested(shape):
    """A critic with Keras' own BatchNorm inside a model inside it."""
    body = keras.Sequential(
        [keras.Input(shape), keras.layers.BatchNormalization(), keras.layers.Flatten()]
    )
    return keras.Sequential([body, keras.layers.Dense(1)])


def test_no_batch_norm_in_the_critic_or_on_the_images():
    model = WGANGP.from_shape((28, 28, 1), width=4)
    assert not any(
        isinstance(layer, keras.layers.BatchNormalization)
        for layer in model.discriminator.layers
    )
    weighted = [layer for layer in model.generator.layers if layer.weights]
    assert isinstance(weighted[-1], keras.layers.Conv2DTranspose)


def test_the_papers_optimizer_is_the_default():
    for optimizer in tiny("wgan-gp").optimizers.values():
        assert (optimizer.beta_1, optimizer.beta_2) == (0.0, 0.9)
        assert float(optimizer.learning_rate) == pytest.approx(1e-4)


def test_a_learning_rate_that_came_to_zero_moves_no_weight(batch):
    model = tiny("wgan-gp")
    for optimizer in model.optimizers.values():
        optimizer.learning_rate = 0.0
    before = [ops.convert_to_numpy(weight) for weight in model.trainable_variables]
    model.fit(batch[0], batch_size=16, verbose=0)
    for was, now in zip(before, model.trainable_variables, strict=True):
        np.testing.assert_array_equal(was, ops.convert_to_numpy(now))
