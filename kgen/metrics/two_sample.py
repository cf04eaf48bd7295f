import numpy as np

from kgen.metrics import checks
from kgen.metrics.draws import drawn
from kgen.metrics.support_vectors import support_vector_accuracy
from kgen.types import Array

LEAST, MOST = 20, 2000
FAR = 10  # standard deviations


def two_sample_accuracy(real: Array, fake: Array, seed: int = 0) -> float:
    """How often an RBF-SVC (C = 5) tells real from fake samples: held-out accuracy, ½ at chance.

    It trains on one half of at most 2,000 samples of each kind and is tested on the other half;
    both halves are balanced. With n of each from one distribution, it is ½ with a standard
    deviation of 1 / (2√n). Fake values are clipped to 10 standard deviations of all real values
    about their mean. A few outliers would otherwise widen the kernel until it resolved no other
    difference. Nothing is clipped if all real values are equal.

    Args:
        real: array (n, …) of images or features.
        fake: array (m, …) of the same kind.
        seed: int, seed of the draw.

    Raises:
        ValueError: for NaN, or for fewer than 20 of either.

    Reference:
        Lopez-Paz & Oquab, Revisiting Classifier Two-Sample Tests, 2017, arXiv:1610.06545
    """
    count = min(len(real), len(fake), MOST)
    checks.check_enough("two_sample_accuracy", count, LEAST)
    real_rows = checks.rows("real", drawn(count, real, seed=seed)[0])
    fake_rows = checks.rows("fake", drawn(count, fake, seed=seed)[0])
    fake_rows = _clipped(fake_rows, real_rows)
    halves = zip(
        np.array_split(real_rows, 2), np.array_split(fake_rows, 2), strict=True
    )
    learnt, held_out = map(np.concatenate, halves)
    labels = [np.repeat([0, 1], len(half) // 2) for half in (learnt, held_out)]
    return support_vector_accuracy(learnt, labels[0], held_out, labels[1])


def _clipped(fake_rows, real_rows):
    """Fake rows without outliers, by the scale of the real rows if they have one."""
    if np.ptp(real_rows) == 0:
        return fake_rows
    mean, reach = real_rows.mean(), FAR * real_rows.std()
    return np.clip(fake_rows, mean - reach, mean + reach)
