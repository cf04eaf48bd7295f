import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kgen.models import WGAN
from tests.conftest import tiny
from tests.models import normals


def largest(network):
    return max(np.abs(weight).max() for weight in network.get_weights())


def test_after_every_step_the_critic_and_only_it_is_clipped(batch):
    model = tiny("wgan", clip=0.02)
    assert largest(model.discriminator) > 0.02
    model.evaluate(batch[0], verbose=0)
    assert largest(model.discriminator) > 0.02
    model.fit(batch[0], batch_size=16, verbose=0)
    assert (
        largest(model.discriminator) == np.float32(0.02)
        and largest(model.generator) > 0.02
    )


def test_a_loaded_critic_is_clipped_as_before(batch, tmp_path):
    model = tiny("wgan", clip=0.02)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    again.train_step(batch)
    assert largest(again.discriminator) == np.float32(0.02)


def test_a_linear_critic_ends_at_the_bound_and_sees_that_share_of_the_distance():
    model = WGAN(
        normals.shift(4.0),
        normals.line(),
        clip=0.5,
        n_critic=1,
        fields=normals.FIELDS,
        seed=0,
    )
    logs = normals.paid(normals.trained(model, epochs=2))
    assert model.discriminator.get_weights()[0] == -0.5
    assert (
        logs["loss"]
        == -logs["discriminator_loss"]
        == pytest.approx(0.5 * 4.0, abs=0.02)
    )


@pytest.mark.skipif(
    keras.backend.backend() == "jax",
    reason="JAX shows no values within what it differentiates",
)
def test_every_play_of_the_critic_sees_its_own_part_and_its_own_fakes(
    batch, monkeypatch
):
    model, seen, fakes = tiny("wgan", n_critic=3), [], []
    judge = model.judge

    def watched(x, training):
        flat = float(ops.max(ops.std(x, axis=(1, 2)))) < 1e-6
        (seen if flat else fakes).append(ops.convert_to_numpy(x))
        return judge(x, training=training)

    monkeypatch.setattr(model, "judge", watched)
    x = batch[0][:, :1, :1] * np.ones((1, 8, 8, 1), "float32")
    model.train_step(x[:47])
    assert [len(part) for part in seen] == [16, 16, 15] and [
        len(part) for part in fakes
    ] == [
        16,
        16,
        15,
        15,
    ]
    np.testing.assert_allclose(
        sorted(np.concatenate(seen)[:, 0, 0, 0]),
        sorted(2 * x[:47, 0, 0, 0] - 1),
        atol=1e-6,
    )
    assert all(
        np.abs(one[:15] - other[:15]).max() > 1e-6
        for one, other in itertools.pairwise(fakes)
    )
    assert [int(optimizer.iterations) for optimizer in model.optimizers.values()] == [
        3,
        1,
    ]


def test_a_batch_needs_an_image_for_every_play(batch):
    x = batch[0]
    for images, batch_size in ((x, 4), (x[:33], 16), (x[:3], None)):
        with pytest.raises(
            ValueError,
            match=r"no part for each of the critic's n_critic=5 plays.*larger\s+batch_size",
        ):
            tiny("wgan", n_critic=5).fit(images, batch_size=batch_size, verbose=0)
    logs = tiny("wgan", n_critic=5).evaluate(
        x[:33], batch_size=16, verbose=0, return_dict=True
    )
    assert np.isfinite(logs["loss"])


def test_the_papers_optimizer_is_the_default():
    for optimizer in tiny("wgan").optimizers.values():
        assert isinstance(optimizer, keras.optimizers.RMSprop)
        assert float(optimizer.learning_rate) == pytest.approx(5e-5)


def test_bad_arguments_are_named():
    for clip in (0, -0.01, float("inf"), None):
        with pytest.raises(
            ValueError, match=f"clip={clip} is not a finite number above 0"
        ):
            tiny("wgan", clip=clip)
    with pytest.raises(
        ValueError, match="n_critic=0 is not a whole number of at least 1"
    ):
        tiny("wgan", n_critic=0)
