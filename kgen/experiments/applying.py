"""A verb applied to the values of a file."""

import math
from functools import partial

from kgen import plots
from kgen.data.files import check_writable, read_values, write_values
from kgen.data.naming import stored_as

FITTED = "size", "fit"  # options of a data set of pictures, which hold for those of a verb as well


def apply(verb, run, source, out, **options):
    """Writes what the run's model makes of the values of ``source``; returns how many there are."""
    check_writable(out)
    model, given = run.model(), run.config.data
    verb.check(model)
    fitted = {option: given[option] for option in FITTED if option in given}
    needed = verb.reads(model, **options)
    rows = read_values(source, model.fields, needed, stored_as(given, needed), **fitted)
    arrays = _rounded(verb, model, verb.apply(model, rows.values, **options), options)
    columns = {name: verb.columns(model, name, **options) for name in arrays}
    draw = partial(_drawn, verb, model, arrays, options)
    write_values(out, arrays, columns, draw, rows.files, **verb.names(model))
    return len(rows.values[needed[0]])


def _rounded(verb, model, arrays, options):
    fields = {name: verb.field(model, name, **options) for name in arrays}
    return {name: field.rounded(arrays[name]) if field else arrays[name] for name, field in fields.items()}


def _drawn(verb, model, arrays, options):
    name, values = next(iter(arrays.items()))
    field = verb.field(model, name, **options)
    if field is None:
        raise ValueError(f"{name} cannot be drawn. Write it to a .npz or .csv file.")
    return plots.gallery(values, columns=math.ceil(math.sqrt(len(values))), field=field)
