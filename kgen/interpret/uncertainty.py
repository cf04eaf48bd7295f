"""How sure an answer is: Monte-Carlo dropout, small ensembles, intervals and their coverage."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
from scipy.stats import norm

from kgen import checks
from kgen.interpret.interception import replaced
from kgen.interpret.subject import Subject
from kgen.types import Array

DROPOUTS = (
    keras.layers.Dropout, keras.layers.SpatialDropout1D, keras.layers.SpatialDropout2D,
    keras.layers.SpatialDropout3D, keras.layers.AlphaDropout, keras.layers.GaussianDropout,
)  # fmt: skip


class Spread(NamedTuple):
    """Mean and standard deviation (n, k) of networks' answers; probabilities for classes."""

    mean: np.ndarray
    deviation: np.ndarray

    def interval(self, level: float = 0.9, noise: float = 0.0) -> tuple[Array, Array]:
        """The bounds, (n, k) each, between which a share ``level`` of the numbers should lie.

        ``noise`` is the standard deviation of the numbers about the networks' mean: see
        ``unexplained``.
        """
        checks.check_number("level", level, 0.0, 1.0, below=True)
        checks.check_weights(noise=noise)
        reach = norm.ppf(0.5 + level / 2) * np.hypot(self.deviation, noise)
        return self.mean - reach, self.mean + reach


def dropout_spread(
    model: keras.Layer, x: Array, draws: int = 30, output: str | int | None = None
) -> Spread:
    """Monte-Carlo dropout: answers with active dropout, all else as in a prediction.

    Args:
        model, x, output: as in ``kgen.interpret.gradient``.
        draws: int ≥ 2, passes.

    Returns:
        ``Spread``; numbers of a kgen regressor in stored units.

    Raises:
        ValueError: if the network has no dropout.

    Reference:
        Gal & Ghahramani, Dropout as a Bayesian Approximation, 2016, arXiv:1506.02142
    """
    checks.check_number("draws", draws, 2, 10**6)
    with Subject(model, x, output).opened() as subject:
        dropouts = [
            one for one in subject.operations if isinstance(one, DROPOUTS) and one.rate
        ]
        if not dropouts:
            raise ValueError(
                f"{model.name!r} has no dropout. "
                "Train one with dropout, or take ensemble_spread of several."
            )
        with replaced(dropouts, "call", _at_work):
            return _spread([subject.answered_anew() for _ in range(draws)])


def ensemble_spread(
    models: Sequence[keras.Layer], x: Array, output: str | int | None = None
) -> Spread:
    """The answers of several networks, trained alike from different seeds.

    Args:
        models: list of at least two models as in ``kgen.interpret.gradient``.
        x, output: as there.

    Returns:
        ``Spread``.

    Reference:
        Lakshminarayanan, Pritzel & Blundell, Simple and Scalable Predictive Uncertainty Estimation
        using Deep Ensembles, 2017, arXiv:1612.01474
    """
    if len(models) < 2:
        raise ValueError(
            f"{checks.counted(len(models), 'model')} has no spread. Give two or more."
        )
    answers = []
    for model in models:
        with Subject(model, x, output).opened() as subject:
            answers.append(subject.answered_anew())
    return _spread(answers)


def coverage(numbers: Array, low: Array, high: Array) -> float:
    """The share of numbers (n,) within their intervals; near the level if these are calibrated."""
    numbers, low, high = map(np.ravel, (numbers, low, high))
    checks.check_same_length(numbers=numbers, low=low, high=high)
    return float(np.mean((low <= numbers) & (numbers <= high)))


def unexplained(spread: Spread, numbers: Array) -> float:
    """The standard deviation of errors beyond that of the spread.

    ``numbers`` are known ones, such as those of the validation split.
    """
    errors = np.reshape(numbers, spread.mean.shape) - spread.mean
    return float(np.sqrt(max(0.0, np.mean(errors**2) - np.mean(spread.deviation**2))))


def _at_work(_, call):
    return lambda x, *args, **options: call(x, *args, **{**options, "training": True})


def _spread(answers):
    answers = np.stack(answers)
    return Spread(answers.mean(axis=0), answers.std(axis=0, ddof=1))
