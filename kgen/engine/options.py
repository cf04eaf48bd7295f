"""The options of a model, read from the signatures of its class."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from kgen.checks import hint
from kgen.engine.model import GenerativeModel
from kgen.fields import Field
from kgen.reading import like

IMPLIED = ("fields",)  # by the fields that a model is made from
FEW = 1000  # training values, below which other settings suit some models
AXES = 3  # of an image's shape; values with fewer have no settings for few


def options_of(cls: type[GenerativeModel]) -> dict[str, Any]:
    """A model's options with defaults: those of ``from_fields``, then of ``__init__``."""
    found: dict[str, Any] = {}
    for function in (cls.from_fields, *_constructors(cls)):
        parameters = inspect.signature(function).parameters.values()
        for parameter in parameters:
            if parameter.default is not inspect.Parameter.empty:
                found.setdefault(parameter.name, parameter.default)
        if not _passes_on(parameters):
            break
    return {name: value for name, value in found.items() if name not in IMPLIED}


def check_options(
    name: str, cls: type[GenerativeModel], options: Iterable[str]
) -> None:
    """Raises for an option that the model does not have, with the nearest names."""
    known = options_of(cls)
    for option in options:
        if option not in known:
            raise ValueError(
                f"{name} has no option {option!r}.{hint(option, known)} "
                f"It has {', '.join(sorted(known))}."
            )


def typed(
    name: str, cls: type[GenerativeModel], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Options, texts or values, as the model takes them; raises for others."""
    check_options(name, cls, options)
    known = options_of(cls)
    return {
        option: like(option, value, known[option]) for option, value in options.items()
    }


def suggested(
    cls: type[GenerativeModel], fields: Mapping[str, Field]
) -> dict[str, Any]:
    """The options that suit these fields better than the defaults; a user's options come first."""
    known = options_of(cls)
    found = {
        name: value
        for field in fields.values()
        for name, value in field.suggested.items()
    }
    return {name: value for name, value in found.items() if name in known}


def settings_for(
    cls: type[GenerativeModel], fields: Mapping[str, Field], count: int
) -> dict[str, Any]:
    """Changes of a ``RunConfig`` that suit ``count`` training images; none for many or others."""
    images = "x" in fields and len(fields["x"].shape) >= AXES
    return cls.of_few if images and count < FEW else {}


def _constructors(cls):
    """The constructors by which a model is made, from its own to that of the engine."""
    own = (base for base in cls.__mro__ if issubclass(base, GenerativeModel))
    return [base.__init__ for base in own if "__init__" in vars(base)]


def _passes_on(parameters):
    return any(
        parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters
    )
