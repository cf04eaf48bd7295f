"""A linear VAE on the digits against theory: probabilistic PCA's likelihood, and active units.

Without hidden layers and with a learned σ², the best ELBO is the exact log-likelihood of
probabilistic PCA. With a fixed σ², a β-VAE keeps the principal directions whose variance λ is above
βσ²; their mean latents have the variance 1 − βσ²/λ. See Lucas et al., Don't Blame the ELBO!, 2019,
arXiv:1911.02469.

Example:
    python benchmarks/linear_vae.py
"""

import argparse
import time

import common
from kgen import data, networks
from kgen.likelihoods import Gaussian
from kgen.metrics import active_units, importance_weighted_log_likelihood
from kgen.models import VAE

import keras
import numpy as np
from sklearn.decomposition import PCA

STEPS, COPIES, LEARNING_RATE = 10_000, 100, 0.03
LATENT_DIMS, BETAS = (2, 5, 10, 16), (1, 2, 4, 8, 16)
VARIANCE, LARGEST, SAMPLES = 0.05, 32, 100


def trained(x, latent_dim, likelihood, beta=1.0):
    """A linear VAE after many full-batch steps: latents turn to principal directions slowly."""
    keras.utils.set_random_seed(0)
    size = {"shape": x.shape[1:], "latent_dim": latent_dim, "depth": 0}
    model = VAE(
        networks.dense_encoder(**size),
        networks.dense_decoder(**size),
        likelihood,
        beta,
        seed=0,
    )
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, STEPS)
    model.compile(keras.optimizers.Adam(rate), steps_per_execution=COPIES)
    # One copy of the images per step of an epoch: an epoch of one step would cost more than that.
    model.fit(
        copies(x), batch_size=len(x), epochs=STEPS // COPIES, shuffle=False, verbose=0
    )
    return model


def copies(x):
    """The images many times over."""
    return np.tile(x, (COPIES, 1, 1, 1))


def likelihoods(splits):
    """Exact log-likelihood, ELBO and importance-weighted bound per latent size and split, nats."""
    for latent_dim in LATENT_DIMS:
        pca = PCA(latent_dim, svd_solver="full").fit(flat(splits["train"]))
        start = time.perf_counter()
        model = trained(splits["train"], latent_dim, Gaussian(learned=True))
        seconds = time.perf_counter() - start
        for name, x in splits.items():
            # Many noise draws per image: with one, the ELBO would be uncertain by 0.1.
            elbo = -model.evaluate(
                copies(x), batch_size=len(x), verbose=0, return_dict=True
            )["loss"]
            bound = importance_weighted_log_likelihood(model, x, samples=SAMPLES).mean()
            yield (
                latent_dim,
                name,
                *(f"{value:.2f}" for value in (pca.score(flat(x)), elbo, bound)),
                f"{seconds:.0f}",
            )


def units(x):
    """A row of active units per β: directions theory keeps, those that vary enough, those found."""
    variances = np.linalg.eigvalsh(np.cov(flat(x), rowvar=False, bias=True))
    for beta in BETAS:
        model = trained(x, LARGEST, Gaussian(VARIANCE), beta)
        kept = variances[variances > beta * VARIANCE]
        yield (
            beta,
            len(kept),
            sum(1.0 - beta * VARIANCE / kept > 0.01),
            active_units(model.encode(x)[0]),
        )


def flat(x):
    return x.reshape(len(x), -1).astype("float64")


def main():
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    digits = data.load("digits")
    train = np.concatenate([digits.train.scaled(), digits.validation.scaled()])
    print(common.machine())
    header = [
        "latent size",
        "images",
        "exact (pPCA)",
        "ELBO",
        f"bound, k = {SAMPLES}",
        "training, s",
    ]
    print(
        common.table(
            header, likelihoods({"train": train, "test": digits.test.scaled()})
        ),
        flush=True,
    )
    header = ["β", "λ > βσ²", "of them with 1 − βσ²/λ > .01", "active units"]
    print(common.table(header, units(train)))


if __name__ == "__main__":
    main()
