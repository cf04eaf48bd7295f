"""The models and their options by the names that a user gives."""

import difflib
import inspect

from kgen import likelihoods, models

# Of pixels with mean 0 and variance 1. BatchNorm and SiLU halve the steps that tiles take to be reconstructed as well.
STANDARDISED = {"likelihood": "gaussian", "latent_dim": 128, "l2": 1e-6, "activation": "silu", "normalised": True}


def model_class(name):
    """A model's class by its name on the command line."""
    if name not in models.MODELS:
        meant = hint(name, models.MODELS) or f" Known: {', '.join(models.MODELS)}."
        raise ValueError(f"Unknown model {name!r}.{meant}")
    return models.MODELS[name].load()


def options_of(cls):
    """The options of a model with their defaults: what ``from_shape``, ``__init__`` and the engine take by name."""
    signatures = [inspect.signature(function) for function in (cls.from_shape, cls.__init__, *_engine(cls))]
    found = {}
    for signature in signatures:
        for parameter in signature.parameters.values():
            if parameter.default is not inspect.Parameter.empty:
                found.setdefault(parameter.name, parameter.default)
    return found


def _engine(cls):
    return [base.__init__ for base in cls.__mro__ if base.__name__ == "GenerativeModel"]


def check_options(name, cls, options):
    """Raises for an option that the model does not have, with the nearest names."""
    known = options_of(cls)
    for option in options:
        if option not in known:
            raise ValueError(
                f"{name} has no option {option!r}.{hint(option, known)} It has {', '.join(sorted(known))}."
            )
    if "seed" in options:
        raise ValueError("The option 'seed' seeds more than the model: give it as --seed.")


def suggested(cls, dataset):
    """The options that suit a data set better than the model's own; those of a user come before them."""
    known = options_of(cls)
    if dataset.pixel_range is None or "likelihood" not in known:
        return {}
    return {name: value for name, value in STANDARDISED.items() if name in known}


def fitted(cls, dataset, options):
    """The options with the range of standardised pixels: it is of this data, and travels with the model."""
    if dataset.pixel_range is None:
        return options
    known = options_of(cls)
    if "likelihood" not in known:
        return {**options, "pixel_range": dataset.pixel_range}
    chosen = options.get("likelihood", known["likelihood"])
    return {**options, "likelihood": likelihoods.get(chosen, dataset.pixel_range)}


def hint(name, known):
    """The known names that a mistaken one may mean, as a sentence, if there are any."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return f" Did you mean {' or '.join(near)}?" if near else ""
