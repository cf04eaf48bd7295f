"""Options of a data set: what its source's ``read`` takes, of the types it says."""

import difflib
import inspect
import types
import typing

TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def defaults_of(read):
    """The defaults of the options that a source takes."""
    return {name: parameter.default for name, parameter in options_of(read).items()}


def options_of(read):
    """The parameters of the options that a source takes."""
    parameters = list(inspect.signature(read).parameters.values())[2:]
    return {p.name: p for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD}


def parsed(read, dataset, given):
    """Options, texts as the command line gives them or values, as the source takes them; raises for others."""
    known = options_of(read)
    takes_fields = any(
        parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in inspect.signature(read).parameters.values()
    )
    values = {}
    for name, value in given.items():
        if name.replace("-", "_") in known:
            name = name.replace("-", "_")
            values[name] = _value(name, value, known[name].annotation)
        elif takes_fields:
            values[name] = value
        else:
            raise ValueError(_unknown(name, dataset, known))
    return values


def _unknown(name, dataset, known):
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    takes = ", ".join(known) or "none"
    return f"{name}: {dataset} has no such option.{hint} The data set {dataset!r} takes {takes}."


def _value(name, value, annotation):
    if isinstance(annotation, types.UnionType):
        kinds = [kind for kind in typing.get_args(annotation) if kind is not type(None)]
        if value is None or (value == "none" and str not in kinds):
            return None
        annotation = kinds[0]
    return READERS[annotation](name, value)


def _whole(name, value):
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = None
    if number is None or isinstance(value, bool) or number != float(value):
        raise ValueError(f"{name}={value!r} is not a whole number. Give one, e.g. {name}=64.")
    return number


def _number(name, value):
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}={value!r} is not a number. Give one, e.g. {name}=255.") from None


def _truth(name, value):
    if isinstance(value, bool):
        return value
    if str(value).lower() not in TRUE + FALSE:
        raise ValueError(f"{name}={value!r} is neither true nor false. Give {name}=true or {name}=false.")
    return str(value).lower() in TRUE


def _texts(name, value):
    texts = value.split(",") if isinstance(value, str) else list(value)
    if not all(isinstance(text, str) and text for text in texts):
        raise ValueError(f"{name}={value!r} is not a list of names, e.g. {name}=first,second.")
    return texts


READERS = {int: _whole, float: _number, bool: _truth, str: lambda name, value: value, list: _texts}
