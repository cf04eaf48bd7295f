import numpy as np
import pytest
from scipy import stats

from kgen.metrics import (
    EvaluationClassifier,
    bits_per_dimension,
    importance_weighted_log_likelihood,
    likelihood,
    probe_accuracy,
    sharpness,
)


class Line:
    """z ~ N(0, 1), x|z ~ N(z, 1), and a chosen q(z|x): every likelihood is known."""

    def __init__(self, mean, log_var):
        self.mean, self.log_var = mean, log_var

    def encode(self, x, y=None):
        return self.mean(x).astype("float32"), np.full_like(
            x, self.log_var, dtype="float32"
        )

    def log_likelihood(self, x, z, y=None):
        return stats.norm.logpdf(x, z[..., 0], 1.0).astype("float32")


ONES = np.ones((4000, 1), "float32")


@pytest.mark.parametrize(
    ("samples", "expected"), [(1, -1.919), (5, -1.558), (50, -1.519)]
)
def test_bound_with_the_prior_as_proposal(samples, expected):
    bound = importance_weighted_log_likelihood(
        Line(lambda x: 0 * x, 0.0), ONES, samples=samples
    )
    assert abs(bound.mean() - expected) < 3 * bound.std() / np.sqrt(len(bound)) + 1e-3


@pytest.mark.parametrize("samples", [1, 10])
def test_bound_is_exact_with_the_posterior_as_proposal(samples):
    bound = importance_weighted_log_likelihood(
        Line(lambda x: x / 2, np.log(0.5)), ONES[:5], samples=samples
    )
    np.testing.assert_allclose(bound, -1.5155, atol=1e-4)


@pytest.mark.parametrize("samples", [7, 50])
def test_bound_in_chunks_is_the_bound_at_once(monkeypatch, samples):
    line = Line(lambda x: 0 * x, 0.0)
    whole = importance_weighted_log_likelihood(line, ONES[:90], samples=samples)
    monkeypatch.setattr(likelihood, "NUMBERS", 90 * 6)
    chunked = importance_weighted_log_likelihood(line, ONES[:90], samples=samples)
    # Other chunks deal the same noise to other images.
    assert chunked.mean() == pytest.approx(
        whole.mean(), abs=4 * whole.std() / np.sqrt(45)
    )
    assert chunked.std() == pytest.approx(whole.std(), rel=0.5)


def test_bits_per_dimension_of_fair_coins_are_one():
    assert bits_per_dimension(28 * 28 * np.log(2), (28, 28, 1)) == pytest.approx(1.0)


def test_no_samples_are_refused():
    with pytest.raises(ValueError, match="samples=0 of 4000 images"):
        importance_weighted_log_likelihood(Line(lambda x: x, 0.0), ONES, samples=0)


def test_sharpness_is_the_variance_of_the_laplacian():
    board = (np.indices((8, 8)).sum(0) % 2).astype("float32")[None, ..., None]
    inner = sharpness(np.tile(board, (1, 4, 4, 1)))
    # inside, the Laplacian of a board of 0 and 1 is ±4
    assert inner == pytest.approx(16.0, rel=0.15)
    assert sharpness(np.full((2, 8, 8, 1), 0.3)) == pytest.approx(0.0, abs=1e-12)


def test_probes_find_a_label_that_is_there_and_none_that_is_not():
    random = np.random.default_rng(0)
    labels = random.integers(0, 4, 4000)
    signal = np.eye(4)[labels] + 0.1 * random.standard_normal((4000, 4))
    noise = random.standard_normal((4000, 4))
    for kind in ("linear", "mlp"):
        assert (
            probe_accuracy(
                kind, (signal[:3000], labels[:3000]), (signal[3000:], labels[3000:])
            )
            > 0.99
        )
        assert (
            probe_accuracy(
                kind, (noise[:3000], labels[:3000]), (noise[3000:], labels[3000:])
            )
            < 0.32
        )


@pytest.mark.whole
def test_evaluation_classifier_reads_digits_and_is_trained_once(
    digits, tmp_path, capsys
):
    judge = EvaluationClassifier(digits, cache=tmp_path)
    assert judge.accuracy >= 0.98
    assert judge.agreement(digits.test.scaled(), 9 - digits.test.labels) < 0.2
    assert "Training the evaluation classifier" in capsys.readouterr().out
    again = EvaluationClassifier(digits, cache=tmp_path)
    assert again.accuracy == judge.accuracy
    assert "Training" not in capsys.readouterr().out
