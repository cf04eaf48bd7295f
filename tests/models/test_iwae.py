import numpy as np
import pytest

from kgen.metrics import importance_weighted_log_likelihood
from kgen.models import IWAE
from tests.conftest import SHAPE, tiny


def loss(samples, x):
    """The bound of a model whose posterior is far from exact, with the same weights every time."""
    model = tiny("iwae", samples=samples)
    model.encoder.layers[-1].bias.assign([1.0, -1.0, 0.5])
    return model, model.evaluate(x, batch_size=16, verbose=0, return_dict=True)


@pytest.fixture
def many():
    return np.random.default_rng(0).integers(0, 2, (480, *SHAPE)).astype("float32")


def test_more_latents_tighten_the_bound(many):
    one, five, fifty = (loss(samples, many)[1]["loss"] for samples in (1, 5, 50))
    assert one > five + 0.1 > fifty + 0.2


@pytest.mark.parametrize("samples", [1, 5])
def test_the_loss_is_the_bound_that_the_metric_measures(samples, many):
    model, logs = loss(samples, many)
    bound = -importance_weighted_log_likelihood(model, many, samples=samples, seed=1)
    assert logs["loss"] == pytest.approx(
        bound.mean(), abs=4 * np.sqrt(2) * bound.std() / np.sqrt(len(bound))
    )


def test_the_parts_sum_to_the_looser_bound_of_one_latent(many):
    one, fifty = (loss(samples, many)[1] for samples in (1, 50))
    assert one["loss"] == pytest.approx(
        one["reconstruction_loss"] + one["kl_loss"], rel=1e-5
    )
    assert fifty["loss"] < fifty["reconstruction_loss"] + fifty["kl_loss"] - 0.2
    assert fifty["reconstruction_loss"] + fifty["kl_loss"] == pytest.approx(
        one["loss"], rel=0.01
    )


def test_bad_samples_are_named():
    with pytest.raises(
        ValueError, match="samples=0 is not a whole number of at least 1"
    ):
        IWAE.from_shape(SHAPE, samples=0)
