"""What a decoder's output means: the density of an image, its mean and the pixel range it needs."""

from kgen.likelihoods.bernoulli import Bernoulli
from kgen.likelihoods.continuous_bernoulli import ContinuousBernoulli
from kgen.likelihoods.gaussian import Gaussian
from kgen.likelihoods.laplace import Laplace
from kgen.likelihoods.likelihood import Likelihood

LIKELIHOODS = {
    "bernoulli": Bernoulli,
    "continuous-bernoulli": ContinuousBernoulli,
    "gaussian": Gaussian,
    "laplace": Laplace,
}

__all__ = ["LIKELIHOODS", "Bernoulli", "ContinuousBernoulli", "Gaussian", "Laplace", "Likelihood", "get"]


def get(likelihood, pixel_range=None):
    """A likelihood from its name, or the likelihood itself.

    ``pixel_range`` is that of standardised pixels, whose noise is then learnt; likelihoods of pixels from black to
    white have no use for it.
    """
    if isinstance(likelihood, Likelihood):
        return likelihood
    if likelihood not in LIKELIHOODS:
        raise ValueError(f"likelihood={likelihood!r} is not known. Choose one of {', '.join(LIKELIHOODS)}.")
    cls = LIKELIHOODS[likelihood]
    return cls.of_standardised(pixel_range) if pixel_range and hasattr(cls, "of_standardised") else cls()
