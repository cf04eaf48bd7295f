"""A verb applied to the values in a file."""

import math
from functools import partial
from pathlib import Path
from typing import Any

from kgen import plots
from kgen.data.files import check_apart, check_writable, read_values, write_values
from kgen.data.listing import HDF5
from kgen.data.naming import stored_as
from kgen.data.scans.whole import is_scan
from kgen.experiments.of_scans import apply_to_scans
from kgen.experiments.of_sections import apply_to_sections
from kgen.names import selected
from kgen.runs.run import Run
from kgen.verbs.verb import Verb

# Options of a data set that also apply to the files of a verb.
FITTED = "size", "fit", "transposed", "layer"


def apply(verb: Verb, run: Run, source: Path, out: Path, **options: Any) -> int:
    """Applies a verb of the run's model to the values of ``source``; returns how many there are."""
    check_apart(source, out)
    if is_scan(source):
        return apply_to_scans(verb, run, source, out, **options)
    if source.suffix.lower() in HDF5:
        return apply_to_sections(verb, run, source, out, **options)
    places = verb.places(out)
    for place in places:
        check_writable(place)
    model, given = run.model(), run.config.data
    verb.check(model)
    fitted = selected(given, FITTED)
    needed = verb.reads(model, **options)
    rows = read_values(source, model.fields, needed, stored_as(given, needed), **fitted)
    options = verb.completed(run, model, **options)
    arrays = _rounded(verb, model, verb.apply(model, rows.values, **options), options)
    columns = {name: verb.columns(model, name, **options) for name in arrays}
    draw = partial(_drawn, verb, model, rows.values, arrays, options)
    for place in places:
        kept = verb.in_table(arrays) if place.suffix == ".csv" else arrays
        write_values(place, kept, columns, draw, rows.files, **verb.names(model))
    return len(rows.values[needed[0]])


def _rounded(verb, model, arrays, options):
    found = dict(arrays)
    for name, values in arrays.items():
        field = verb.field(model, name, **options)
        if field:
            found[name] = field.rounded(values)
    return found


def _drawn(verb, model, given, arrays, options):
    figure = verb.figure(model, given, arrays, **options)
    if figure is not None:
        return figure
    name, values = next(iter(arrays.items()))
    field = verb.field(model, name, **options)
    if field is None:
        raise ValueError(f"{name} cannot be drawn. Write it to a .npz or .csv file.")
    return plots.gallery(values, columns=math.ceil(math.sqrt(len(values))), field=field)
