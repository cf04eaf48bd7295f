"""The command of a verb: ``kgen VERB RUN IN OUT``."""

from pathlib import Path
from typing import get_args

import click

from kgen.checks import counted
from kgen.verbs import VERBS

HELP = """{summary}

IN is a .npz, .npy, .csv, .tsv or .h5ad file, a picture, or a folder of pictures, \
with values like the training
values. OUT is a .npz or .csv file, or a .png file for values that can be drawn.

translate, effect and segment also take NIfTI files, or a folder of them, and write scans with the
same grid. detect also takes HDF5 files and writes a map for each image.

\b
Example:
  kgen {name} RUN values.npz out.npz{more}
"""


def command(name: str) -> click.Command:
    """The command of the verb ``name``."""
    options = VERBS[name].load().options()
    needed = [option.name for option in options if _required(option)]
    more = "".join(f" --{option} {option.upper()}" for option in needed)
    arguments = list(map(_option, options))
    kind = click.Path(path_type=Path)
    names = ("run", "source", "out")
    places = [click.Argument([place], type=kind) for place in names]
    places[1].metavar = "IN"
    text = HELP.format(name=name, summary=VERBS[name].summary, more=more)
    return click.Command(
        name, params=[*places, *arguments], help=text, callback=_callback(name)
    )


def _required(option):
    return option.default is option.empty


def _option(option):
    told = (
        {"required": True}
        if _required(option)
        else {"default": option.default, "show_default": True}
    )
    return click.Option([f"--{option.name}"], type=_kind(option.annotation), **told)


def _kind(annotation):
    """The type of an option, of one that may be left out the type of its values."""
    return (get_args(annotation) or (annotation,))[0]


def _callback(name):
    def applied(run, source, out, **options):
        from kgen.experiments.applying import apply
        from kgen.runs.run import Run

        count = apply(VERBS[name].load(), Run.open(run), source, out, **options)
        click.echo(f"{counted(count, 'value')} written to {out}")

    return applied
