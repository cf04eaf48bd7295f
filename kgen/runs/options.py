"""The models and their options by the names that a user gives."""

import difflib
import inspect

from kgen import models


def model_class(name):
    """A model's class by its name on the command line."""
    if name not in models.MODELS:
        meant = hint(name, models.MODELS) or f" Known: {', '.join(models.MODELS)}."
        raise ValueError(f"Unknown model {name!r}.{meant}")
    return models.MODELS[name].load()


def options_of(cls):
    """The options of a model with their defaults: what ``from_fields``, ``__init__`` and the engine take by name."""
    signatures = [inspect.signature(function) for function in (cls.from_fields, cls.__init__, *_engine(cls))]
    found = {}
    for signature in signatures:
        for parameter in signature.parameters.values():
            if parameter.default is not inspect.Parameter.empty and parameter.name != "fields":
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
    found = {name: value for field in dataset.fields.values() for name, value in field.suggested.items()}
    return {name: value for name, value in found.items() if name in known}


def hint(name, known):
    """The known names that a mistaken one may mean, as a sentence, if there are any."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return f" Did you mean {' or '.join(near)}?" if near else ""
