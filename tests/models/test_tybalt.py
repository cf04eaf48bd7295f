import keras
import numpy as np
import pytest
from keras import ops

from kgen.fields import Vector
from kgen.models import ADAGE, VAE, Autoencoder, Tybalt

GENES = 12


def parameters(model):
    """How many numbers its networks hold."""
    return sum(
        network.count_params()
        for network in model.players["model"]
        if isinstance(network, keras.Model)
    )


@pytest.fixture
def table():
    """Expression of 60 samples in units of a scanner: far beyond [0, 1]."""
    random = np.random.default_rng(0)
    activity = random.normal(size=(60, 2))
    return (
        8
        + activity @ random.normal(size=(2, GENES))
        + 0.1 * random.normal(size=(60, GENES))
    ).astype("float32")


@pytest.fixture
def field(table):
    return Vector.of(table, "x").fitted(table)


@pytest.mark.parametrize(
    ("cls", "options", "published"),
    [
        (Tybalt, {}, 1_506_000), (ADAGE, {}, 1_005_100), (Tybalt, {"depth": 2}, 1_036_600),
        (Tybalt, {"depth": 2, "width": 300}, 3_097_800),
    ],
)  # fmt: skip
def test_sizes_are_those_published(cls, options, published):
    assert parameters(cls.from_shape((5000,), **options)) == published


class Weights(keras.callbacks.Callback):
    """The weight of the KL divergence in every epoch, derived from the logs."""

    def __init__(self):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append((logs["loss"] - logs["reconstruction_loss"]) / logs["kl_loss"])


def weights(model, table, epochs):
    """β of each epoch of a compiled training."""
    watch = Weights()
    model.fit(table, epochs=epochs, batch_size=60, verbose=0, callbacks=[watch])
    return watch.seen


def test_beta_grows_in_the_compiled_step_and_never_beyond_one(field, table):
    # The released code reads β once, 0, while it draws the graph; and lets it grow to 1 + κ.
    model = Tybalt.from_fields(x=field, latent_dim=3, kappa=0.4)
    model.compile()
    assert weights(model, table, 5) == pytest.approx(
        [0.0, 0.4, 0.8, 1.0, 1.0], abs=1e-4
    )


def test_beta_goes_on_where_a_saved_training_stopped(field, table, tmp_path):
    model = Tybalt.from_fields(x=field, latent_dim=3, kappa=0.3)
    model.compile()
    weights(model, table, 2)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.kappa == 0.3
    assert weights(again, table, 2) == pytest.approx([0.6, 0.9], abs=1e-4)


def test_validation_weighs_as_at_the_end(field, table):
    model = Tybalt.from_fields(x=field, latent_dim=3, beta=2.0, kappa=0.1)
    model.compile()
    logs = model.evaluate(table, batch_size=60, verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(
        logs["reconstruction_loss"] + 2 * logs["kl_loss"], rel=1e-5
    )


def test_the_loss_is_the_sum_of_the_genes_cross_entropies(field, table):
    model = Tybalt.from_fields(x=field, latent_dim=3)
    model.compile()
    scaled = model.fields["x"].scaled(table)
    assert scaled.min() == 0 and scaled.max() == 1
    mean, _ = model.encoder(scaled)
    odds = ops.convert_to_numpy(model.decoder(mean))
    told = -(
        scaled * np.log(1 / (1 + np.exp(-odds)))
        + (1 - scaled) * np.log(1 / (1 + np.exp(odds)))
    ).sum(axis=1)
    np.testing.assert_allclose(
        -model.log_likelihood(table, ops.convert_to_numpy(mean)), told, rtol=1e-4
    )


def test_new_samples_beyond_the_range_are_brought_to_its_ends(field, table):
    model = Tybalt.from_fields(x=field, latent_dim=3)
    beyond = table.copy()
    beyond[:, 0] += 100
    ends = table.copy()
    ends[:, 0] = table[:, 0].max()
    np.testing.assert_allclose(model.latents(beyond), model.latents(ends), rtol=1e-5)


@pytest.mark.parametrize("cls", [Tybalt, ADAGE, VAE])
def test_values_of_another_range_are_refused(cls, table):
    options = {"likelihood": "bernoulli"} if cls is VAE else {}
    model = cls.from_shape((GENES,), **options)
    model.compile()
    with pytest.raises(
        ValueError,
        match="100% lie outside the range of their feature, 0 to 1. Bring them to",
    ):
        model.fit(table, verbose=0)


@pytest.mark.parametrize(("head", "negative"), [("linear", True), ("relu", False)])
def test_heads_say_what_means_and_variances_can_be(head, negative, field, table):
    mean, log_var = Tybalt.from_fields(x=field, latent_dim=8, head=head).encode(table)
    assert [mean.min() < 0, log_var.min() < 0] == [negative] * 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"kappa": 0}, "kappa=0 is not a finite number above 0"),
        ({"depth": 3}, r"depth=3 is none"),
    ],
)
def test_bad_options_are_named(options, told):
    with pytest.raises(ValueError, match=told):
        Tybalt.from_shape((GENES,), **options)


@pytest.mark.parametrize("masking", [0.0, 0.5])
def test_masked_numbers_are_dropped_in_training_alone(masking):
    model = Autoencoder.from_shape((400,), latent_dim=2, width=1, masking=masking)
    x = ops.ones((50, 400))
    kept = ops.convert_to_numpy(model.corrupted(x))
    assert np.mean(kept == 0) == pytest.approx(masking, abs=0.02)
    assert kept.max() == pytest.approx(
        1 / (1 - masking)
    ) and kept.mean() == pytest.approx(1, abs=0.05)
    np.testing.assert_array_equal(model(x), model(x))


def test_noise_of_the_input_leaves_the_target_as_it_is():
    model = Autoencoder.from_shape((400,), latent_dim=2, width=1, noise_level=0.1)
    x = ops.ones((50, 400))
    assert np.std(ops.convert_to_numpy(model.corrupted(x))) == pytest.approx(
        0.1, rel=0.05
    )
    assert ops.convert_to_numpy(x).std() == 0


def test_adage_has_its_published_settings(field, table):
    model = ADAGE.from_fields(x=field, latent_dim=4)
    model.compile()
    assert isinstance(model.optimizer, keras.optimizers.Adadelta)
    assert float(model.optimizer.learning_rate) == pytest.approx(1.1)
    assert model.masking == 0.05
    logs = model.evaluate(table, verbose=0, return_dict=True)
    scaled = model.fields["x"].scaled
    errors = np.square(scaled(table) - scaled(model.reconstruct(table)))
    assert logs["loss"] == pytest.approx(errors.mean(), rel=1e-4)


def test_adage_learns(field, table):
    model = ADAGE.from_fields(x=field, latent_dim=4)
    model.compile()
    logs = model.fit(table, epochs=60, batch_size=10, verbose=0).history["loss"]
    assert logs[-1] < 0.7 * logs[0]
