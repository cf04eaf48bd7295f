import keras
import numpy as np
import pytest
from keras import ops
from sklearn.decomposition import PCA

from kgen import networks
from kgen.likelihoods import Gaussian
from kgen.metrics import active_units
from kgen.models import CVAE, VAE
from tests.conftest import SHAPE, tiny


def test_the_standard_deviation_is_exp_of_half_the_log_variance():
    model = tiny("vae")
    z = ops.convert_to_numpy(
        model.sample(ops.zeros((20_000, 3)), ops.full((20_000, 3), -2.0), training=True)
    )
    # the slides' exp(log_var) would give 0.1353
    assert z.std() == pytest.approx(0.3679, abs=3e-3)
    assert z.mean() == pytest.approx(0.0, abs=5e-3)


def test_loss_is_the_sum_over_pixels_plus_beta_times_the_sum_over_the_latents(batch):
    x, _ = batch
    for beta in (0.0, 1.0, 4.0):
        logs = tiny("vae", beta=beta).evaluate(x, verbose=0, return_dict=True)
        assert logs["loss"] == pytest.approx(
            logs["reconstruction_loss"] + beta * logs["kl_loss"], rel=1e-5
        )
        assert logs["reconstruction_loss"] == pytest.approx(64 * np.log(2), rel=0.05)


def test_a_step_pays_the_beta_of_its_time_and_validation_the_final_one(batch):
    model, (x, _) = tiny("vae", beta=4.0, beta_warmup=4), batch
    logs = model.fit(
        x, batch_size=48, epochs=6, validation_data=(x, None), verbose=0
    ).history
    paid = (np.array(logs["loss"]) - logs["reconstruction_loss"]) / logs["kl_loss"]
    np.testing.assert_allclose(paid, [0, 1, 2, 3, 4, 4], atol=1e-2)
    # So no epoch is chosen as the best for its low β.
    whole = np.array(logs["val_reconstruction_loss"]) + 4.0 * np.array(
        logs["val_kl_loss"]
    )
    np.testing.assert_allclose(logs["val_loss"], whole, rtol=1e-5)


def test_the_kl_enters_through_add_loss(batch):
    model, (x, _) = tiny("vae", beta=3.0), batch
    model(x)
    mean, log_var = model.encode(x)
    kl = 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=1).mean()
    assert float(model.losses[0]) == pytest.approx(3.0 * kl, rel=1e-4)


def test_kl_is_counted_once_however_often_call_runs(batch):
    model, (x, _) = tiny("vae"), batch
    tensor = ops.convert_to_tensor(x)
    for _ in range(3):
        model(tensor)
    logs = model.evaluate(x, verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(
        logs["reconstruction_loss"] + logs["kl_loss"], rel=1e-5
    )


@pytest.mark.parametrize(("l1", "l2"), [(0.01, 0.0), (0.0, 0.01), (0.001, 0.002)])
def test_the_penalty_is_of_every_kernel_of_both_networks(batch, l1, l2):
    model, (x, _) = tiny("vae", l1=l1, l2=l2), batch
    logs = model.evaluate(x, verbose=0, return_dict=True)
    kernels = [
        ops.convert_to_numpy(weight)
        for weight in model.weights
        if weight.name == "kernel"
    ]
    assert len(kernels) == 2 * 3 + 1
    expected = sum(
        l1 * np.abs(kernel).sum() + l2 * np.square(kernel).sum() for kernel in kernels
    )
    assert logs["loss"] - logs["reconstruction_loss"] - logs[
        "kl_loss"
    ] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("shape", [(64, 64, 1), (128, 128, 1)])
@pytest.mark.parametrize("latent_dim", [2, 4096])
def test_tiles_of_any_size_and_latents_of_any_length(shape, latent_dim):
    model = VAE.from_shape(
        shape,
        latent_dim=latent_dim,
        width=2,
        convolutions=2,
        normalised=True,
        activation="silu",
    )
    strided = [
        layer
        for layer in model.encoder.layers
        if isinstance(layer, keras.layers.Conv2D)
    ]
    assert [layer.strides[0] for layer in strided] == [2, 1] * 4
    first_dense = [
        isinstance(layer, keras.layers.Dense) for layer in model.encoder.layers
    ].index(True)
    assert all(model.encoder.layers.index(layer) < first_dense for layer in strided)
    assert model.reconstruct(np.zeros((3, *shape), "float32")).shape == (3, *shape)


def test_two_steps_draw_different_noise():
    model = tiny("vae")
    first, second = model.noise((5,), training=True), model.noise((5,), training=True)
    assert np.abs(first - second).max() > 1e-3


def test_grey_digits_reconstruct_between_the_floor_and_the_mean_image(digits):
    size = SHAPE, 16, 64
    model = VAE(networks.dense_encoder(*size), networks.dense_decoder(*size), seed=0)
    model.compile()
    model.fit(digits.train.scaled(), batch_size=32, epochs=8, verbose=0)
    logs = model.evaluate(digits.test.scaled(), verbose=0, return_dict=True)
    assert 13.66 < logs["reconstruction_loss"] < 27.22


def test_the_sigmoid_is_applied_once():
    model, white = tiny("vae"), np.ones((2, *SHAPE), "float32")
    kernel, bias = model.decoder.weights[-2:]
    kernel.assign(np.zeros(kernel.shape))
    bias.assign(np.full(bias.shape, 20.0))
    # A decoder that ended in a sigmoid would pay 64 · 0.3133 nats for white and draw it as 0.7311.
    assert model.evaluate(white, verbose=0, return_dict=True)[
        "reconstruction_loss"
    ] == pytest.approx(0.0, abs=1e-5)
    np.testing.assert_allclose(model.reconstruct(white), 1.0, atol=1e-6)


def linear_vae(x, latent_dim, likelihood, beta=1.0, steps=1000):
    """A VAE without hidden layers, trained on all images in every step."""
    encoder = networks.dense_encoder(SHAPE, latent_dim, depth=0)
    model = VAE(
        encoder,
        networks.dense_decoder(SHAPE, latent_dim, depth=0),
        likelihood,
        beta,
        seed=0,
    )
    rate = keras.optimizers.schedules.CosineDecay(0.03, steps)
    model.compile(keras.optimizers.Adam(rate), steps_per_execution=100)
    model.fit(
        np.tile(x, (100, 1, 1, 1)),
        batch_size=len(x),
        epochs=steps // 100,
        shuffle=False,
        verbose=0,
    )
    return model


@pytest.fixture(scope="module")
def learnt(digits):
    """The images that the closed forms are fitted to."""
    return np.concatenate([digits.train.scaled(), digits.validation.scaled()])


def test_a_linear_vae_reaches_the_exact_likelihood_of_probabilistic_pca(digits, learnt):
    model = linear_vae(learnt, 5, Gaussian(learned=True))
    pca = PCA(5, svd_solver="full").fit(learnt.reshape(-1, 64).astype("float64"))
    for x, expected in ((learnt, 9.05), (digits.test.scaled(), 8.28)):
        exact = pca.score(x.reshape(-1, 64))
        assert exact == pytest.approx(expected, abs=0.01)
        # Many noise draws per image: with one, the ELBO itself would be uncertain by 0.1.
        elbo = -model.evaluate(
            np.tile(x, (20, 1, 1, 1)), batch_size=len(x), verbose=0, return_dict=True
        )["loss"]
        assert exact - 0.2 < elbo < exact + 0.05


@pytest.mark.parametrize(("beta", "expected"), [(8.0, 3), (16.0, 0)])
def test_a_linear_beta_vae_keeps_the_directions_whose_variance_is_above_beta_sigma_squared(
    learnt, beta, expected
):
    assert (
        np.linalg.eigvalsh(np.cov(learnt.reshape(-1, 64), rowvar=False)) > beta * 0.05
    ).sum() == expected
    assert (
        active_units(linear_vae(learnt, 32, Gaussian(0.05), beta).encode(learnt)[0])
        == expected
    )


def test_a_conditional_vae_draws_the_class_it_is_told(digits):
    size = (SHAPE, 4, 64, 10)
    model = CVAE(
        networks.dense_encoder(*size), networks.dense_decoder(*size), 10, seed=0
    )
    model.compile()
    model.fit(
        digits.train.scaled(), digits.train.labels, batch_size=32, epochs=16, verbose=0
    )
    centres = np.stack(
        [
            digits.train.scaled()[digits.train.labels == label].mean(0)
            for label in range(10)
        ]
    )
    drawn = np.stack([model.generate(50, label, seed=0).mean(0) for label in range(10)])
    distances = ((drawn[:, None] - centres[None]) ** 2).sum((2, 3, 4))
    np.testing.assert_array_equal(distances.argmin(axis=1), np.arange(10))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="beta=-1 is not a number in"):
        VAE.from_shape(SHAPE, beta=-1)
    with pytest.raises(
        ValueError, match="latent_dim=0 is not a whole number of at least 1"
    ):
        VAE.from_shape(SHAPE, latent_dim=0)
    with pytest.raises(ValueError, match=r"shape=\(7, 8, 1\) cannot be halved"):
        VAE.from_shape((7, 8, 1))
