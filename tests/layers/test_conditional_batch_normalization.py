import numpy as np
import pytest
from keras import ops

from kgen.layers import BatchNormalization, ConditionalBatchNormalization

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(3.0, 2.0, (16, 4, 4, 3)).astype("float32")
CONDITION = RANDOM.normal(size=(16, 5)).astype("float32")


def plain(x, training):
    layer = BatchNormalization(momentum=0.9)
    return ops.convert_to_numpy(layer(x, training=training))


@pytest.mark.parametrize("training", [True, False])
def test_it_begins_as_plain_batch_norm(training):
    layer = ConditionalBatchNormalization()
    found = layer([X, CONDITION], training=training)
    np.testing.assert_allclose(found, plain(X, training), atol=1e-5)


def test_the_gain_is_1_plus_a_linear_map_of_the_condition():
    layer = ConditionalBatchNormalization()
    layer([X, CONDITION])
    gain, offset = (RANDOM.normal(size=(5, 3)).astype("float32") for _ in range(2))
    layer.gain.set_weights([gain])
    layer.offset.set_weights([offset])
    spread = [(CONDITION @ kernel)[:, None, None] for kernel in (gain, offset)]
    expected = (1.0 + spread[0]) * plain(X, True) + spread[1]
    np.testing.assert_allclose(
        layer([X, CONDITION], training=True), expected, atol=1e-4
    )


def test_a_condition_of_zeros_changes_nothing_whatever_was_learned():
    layer = ConditionalBatchNormalization()
    layer([X, CONDITION])
    layer.gain.set_weights([np.ones((5, 3))])
    layer.offset.set_weights([np.ones((5, 3))])
    np.testing.assert_allclose(
        layer([X, 0 * CONDITION], training=True), plain(X, True), atol=1e-5
    )


def test_statistics_follow_the_features_as_in_plain_batch_norm():
    layer, other = ConditionalBatchNormalization(0.5), BatchNormalization(momentum=0.5)
    for _ in range(3):
        layer([X, CONDITION], training=True)
        other(X, training=True)
    np.testing.assert_allclose(layer.norm.moving_mean, other.moving_mean, rtol=1e-5)
    np.testing.assert_allclose(
        layer.norm.moving_variance, other.moving_variance, rtol=1e-5
    )
