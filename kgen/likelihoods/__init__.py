"""What a decoder's output means: the density of a value and its mean."""

from collections.abc import Sequence

from kgen.fields import Numeric
from kgen.likelihoods.bernoulli import Bernoulli
from kgen.likelihoods.continuous_bernoulli import ContinuousBernoulli
from kgen.likelihoods.gaussian import Gaussian
from kgen.likelihoods.laplace import Laplace
from kgen.likelihoods.likelihood import Likelihood

LIKELIHOODS: dict[str, type[Likelihood]] = {
    "bernoulli": Bernoulli,
    "continuous-bernoulli": ContinuousBernoulli,
    "gaussian": Gaussian,
    "laplace": Laplace,
}

__all__ = [
    "LIKELIHOODS",
    "Bernoulli",
    "ContinuousBernoulli",
    "Gaussian",
    "Laplace",
    "Likelihood",
    "get",
    "of",
]


def get(
    likelihood: Likelihood | str, event_shape: Sequence[int] | None = None
) -> Likelihood:
    """A likelihood from its name, or the likelihood itself, of values of a shape."""
    if not isinstance(likelihood, Likelihood):
        likelihood = _class(likelihood)()
    if event_shape is not None:
        likelihood.event_shape = tuple(event_shape)
    return likelihood


def of(
    field: Numeric, likelihood: Likelihood | str | None = None
) -> tuple[Likelihood, Numeric]:
    """A likelihood, by default the field's own, and the field scaled as the likelihood needs."""
    if not isinstance(likelihood, Likelihood):
        cls = _class(field.default_likelihood if likelihood is None else likelihood)
        standardised = field.standardised and cls.standardised
        likelihood = cls.of_standardised() if standardised else cls()
    if not likelihood.standardised and field.standardised:
        field = field.onto((0.0, 1.0))
    return get(likelihood, field.shape), field


def _class(name: str | None) -> type[Likelihood]:
    if name not in LIKELIHOODS:
        raise ValueError(
            f"likelihood={name!r} is not known. Choose one of {', '.join(LIKELIHOODS)}."
        )
    return LIKELIHOODS[name]
