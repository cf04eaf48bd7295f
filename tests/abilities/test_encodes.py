"""What every model with an encoder keeps."""

import numpy as np
import pytest

from kgen.abilities import Conditional, Encodes, HasDensity, Infers, Translates
from tests.conftest import every_model, tiny, untrained


@every_model(Encodes)
def test_vocabulary_has_the_documented_shapes(name, batch):
    model, (x, y) = untrained(name), batch
    y = model.asked(y)
    assert model.latents(x, y).shape == (48, model.latent_dim)
    assert model.reconstruct(x, y).shape == x.shape


@every_model(Infers)
def test_a_latent_vector_is_the_mean_of_the_posterior(name, batch):
    model, (x, y) = untrained(name), batch
    mean, log_var = model.encode(x, model.asked(y))
    assert mean.shape == log_var.shape == (48, 3)
    np.testing.assert_array_equal(model.latents(x, model.asked(y)), mean)


@every_model(HasDensity)
def test_a_likelihood_is_one_number_an_image(name, batch):
    model, (x, y) = untrained(name), batch
    z = np.zeros((48, 3), "float32")
    assert model.log_likelihood(x, z, model.asked(y)).shape == (48,)


@every_model(Encodes)
def test_batches_of_any_size_give_the_same_images(name, batch, monkeypatch):
    model, (x, y) = untrained(name), batch
    whole = model.reconstruct(x, model.asked(y))
    monkeypatch.setattr(model, "batch_size", 7)
    np.testing.assert_allclose(model.reconstruct(x, model.asked(y)), whole, atol=1e-6)


@every_model(Encodes, without=Translates)
def test_predict_on_pairs_is_reconstruct(name, batch):
    model, (x, y) = untrained(name), batch
    np.testing.assert_allclose(
        model.predict((x, y), verbose=0), model.reconstruct(x, y), atol=1e-6
    )


@every_model(Encodes)
def test_labels_of_other_length_are_refused(name, batch):
    model, (x, y) = untrained(name), batch
    if isinstance(model, Conditional):
        with pytest.raises(ValueError, match="Different numbers"):
            model.reconstruct(x, y[:5])


@every_model(HasDensity)
def test_many_latents_an_image_are_as_many_calls(name, batch, monkeypatch):
    model, (x, y) = untrained(name), batch
    y = model.asked(y)
    z = np.random.default_rng(0).standard_normal((48, 4, 3), dtype="float32")
    monkeypatch.setattr(model, "batch_size", 20)
    calls = [model.log_likelihood(x, z[:, i], y) for i in range(4)]
    np.testing.assert_allclose(
        model.log_likelihood(x, z, y), np.stack(calls, axis=1), rtol=1e-5
    )


@every_model(HasDensity, without=Translates)
def test_beta_rises_in_training_and_never_in_evaluation(name, batch):
    model, (x, y) = tiny(name, beta=4.0, beta_warmup=5), batch
    player = next(reversed(model.players))
    risen = []
    for _ in range(8):
        risen.append(float(model.kl_weight(player, training=True)))
        assert model.kl_weight(player, training=False) == 4.0
        model.fit(x, y, batch_size=48, verbose=0)
    # Tybalt's grows beyond 1 by a step, and stands still where the graph keeps its first value.
    np.testing.assert_allclose(risen, [0, 0.8, 1.6, 2.4, 3.2, 4, 4, 4], rtol=1e-6)
