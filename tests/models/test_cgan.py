import keras
import numpy as np
import pytest
from keras import ops

from kgen.models import CGAN
from tests.conftest import SHAPE, tiny


def test_both_players_read_the_label(batch):
    model, x = tiny("cgan"), ops.convert_to_tensor(batch[0][:4])
    z = np.random.default_rng(0).standard_normal((4, 3), dtype="float32")
    assert np.abs(model.decode(z, [0] * 4) - model.decode(z, [1] * 4)).max() > 1e-4
    one, other = (
        ops.convert_to_numpy(model.judge(x, ops.full((4,), label), training=False))
        for label in (0, 1)
    )
    assert np.abs(one - other).min() > 1e-6


def test_the_discriminator_refuses_an_image_of_the_wrong_class():
    labels = np.arange(256) % 2
    images = np.where(labels == 0, 0.1, 0.9).astype("float32")[
        :, None, None, None
    ] * np.ones((1, *SHAPE), "float32")
    model = tiny("cgan", num_classes=2, width=8)
    model.compile(*(keras.optimizers.Adam(1e-3, beta_1=0.5) for _ in range(2)))
    model.fit(images, labels, batch_size=32, epochs=10, verbose=0)
    dark, light = (model.generate(50, labels=label, seed=0).mean() for label in (0, 1))
    assert dark < 0.35 and light > 0.65


def test_one_class_only_is_a_game_like_any_other(batch):
    model = tiny("cgan", num_classes=1)
    logs = model.fit(batch[0], np.zeros(48, "int32"), batch_size=16, verbose=0).history
    assert np.isfinite(logs["loss"]).all() and model.generate(3).shape == (3, *SHAPE)


def test_labels_are_asked_for(batch):
    for call in (
        lambda: tiny("cgan").fit(batch[0], verbose=0),
        lambda: tiny("cgan").decode(np.zeros((2, 3))),
    ):
        with pytest.raises(ValueError, match="CGAN needs the labels"):
            call()


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="num_classes=0 is not a whole number"):
        CGAN.from_shape(SHAPE, num_classes=0)
