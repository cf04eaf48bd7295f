"""How sure an answer is: Monte-Carlo dropout, small ensembles, intervals and their coverage."""

from typing import NamedTuple

import keras
import numpy as np
from scipy.stats import norm

from kgen import checks
from kgen.interpret.interception import replaced
from kgen.interpret.subject import Subject

DROPOUTS = (
    keras.layers.Dropout, keras.layers.SpatialDropout1D, keras.layers.SpatialDropout2D, keras.layers.SpatialDropout3D,
    keras.layers.AlphaDropout, keras.layers.GaussianDropout,
)  # fmt: skip


class Spread(NamedTuple):
    """Answers of several networks: their mean and standard deviation, (n, k); probabilities where they are classes."""

    mean: np.ndarray
    deviation: np.ndarray

    def interval(self, level=0.9, noise=0.0):
        """The least and the greatest number, (n, k) each, that a share ``level`` of numbers should lie between.

        ``noise`` is the standard deviation of numbers about the mean that networks agree on, of ``unexplained``.
        """
        checks.check_number("level", level, 0.0, 1.0, below=True)
        checks.check_weights(noise=noise)
        reach = norm.ppf(0.5 + level / 2) * np.hypot(self.deviation, noise)
        return self.mean - reach, self.mean + reach


def dropout_spread(model, x, draws=30, output=None):
    """Monte-Carlo dropout: the answers of a network with its dropout at work, all else as in a prediction.

    Args:
        model, x, output: as in ``kgen.interpret.gradient``.
        draws: int ≥ 2, passes.

    Returns:
        ``Spread``; numbers of a kgen regressor in stored units.

    Raises:
        ValueError: where the network has no dropout.

    Reference:
        Gal & Ghahramani, Dropout as a Bayesian Approximation, 2016, arXiv:1506.02142
    """
    checks.check_number("draws", draws, 2, 10**6)
    with Subject(model, x, output).opened() as subject:
        dropouts = [one for one in subject.operations if isinstance(one, DROPOUTS) and one.rate]
        if not dropouts:
            raise ValueError(
                f"{model.name!r} has no dropout. Train one with dropout, or take ensemble_spread of several."
            )
        with replaced(dropouts, "call", _at_work):
            return _spread([subject.answered_anew() for _ in range(draws)])


def ensemble_spread(models, x, output=None):
    """The answers of several networks, of the same training from other seeds.

    Args:
        models: list of at least two models as in ``kgen.interpret.gradient``.
        x, output: as there.

    Returns:
        ``Spread``.

    Reference:
        Lakshminarayanan, Pritzel & Blundell, Simple and Scalable Predictive Uncertainty Estimation using Deep
        Ensembles, 2017, arXiv:1612.01474
    """
    if len(models) < 2:
        raise ValueError(f"{checks.counted(len(models), 'model')} has no spread. Give two or more.")
    answers = []
    for model in models:
        with Subject(model, x, output).opened() as subject:
            answers.append(subject.answered_anew())
    return _spread(answers)


def coverage(numbers, low, high):
    """The share of numbers (n,) within their intervals; near the level where the uncertainty is calibrated."""
    numbers, low, high = (np.ravel(each) for each in (numbers, low, high))
    checks.check_same_length(numbers=numbers, low=low, high=high)
    return float(np.mean((low <= numbers) & (numbers <= high)))


def unexplained(spread, numbers):
    """The standard deviation of errors on known numbers, such as the validation split's, beyond that of the spread."""
    errors = np.reshape(numbers, spread.mean.shape) - spread.mean
    return float(np.sqrt(max(0.0, np.mean(errors**2) - np.mean(spread.deviation**2))))


def _at_work(_, call):
    return lambda x, *args, **options: call(x, *args, **{**options, "training": True})


def _spread(answers):
    answers = np.stack(answers)
    return Spread(answers.mean(axis=0), answers.std(axis=0, ddof=1))
