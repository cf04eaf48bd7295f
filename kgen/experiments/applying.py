"""A verb applied to the values of a file."""

import math

from kgen import plots
from kgen.data.files import check_writable, read_values, write_values

FITTED = "size", "fit"  # options of a data set of pictures, which hold for those of a verb as well


def apply(verb, run, source, out, **options):
    """Writes what the run's model makes of the values of ``source``; returns how many there are."""
    check_writable(out)
    model = run.model()
    verb.check(model, run.dataset())
    needed, allowed = verb.reads(model, **options)
    given = run.config.data
    fitted = {option: given[option] for option in FITTED if option in given}
    values = read_values(source, model.fields, needed, allowed, **fitted)
    arrays = verb.apply(model, values, **options)
    for name, field in _fields(verb, model, arrays, options).items():
        arrays[name] = field.rounded(arrays[name])
    write_values(out, arrays, lambda arrays: _drawn(verb, model, arrays, options))
    return len(next(iter(values.values())))


def _fields(verb, model, arrays, options):
    found = {name: verb.field(model, name, **options) for name in arrays}
    return {name: field for name, field in found.items() if field is not None}


def _drawn(verb, model, arrays, options):
    name, values = next(iter(arrays.items()))
    field = verb.field(model, name, **options)
    if field is None:
        raise ValueError(f"{name} cannot be drawn. Write it to a .npz or .csv file.")
    return plots.gallery(values, columns=math.ceil(math.sqrt(len(values))), field=field)
