"""keras-kgen, the distribution of the package kgen: on the package index kgen is another project.

This module lies beside the package: the ``kgen`` command works even if Python finds the other
project's package.
"""

import functools
import sys
import warnings
from pathlib import Path

NAME = "keras-kgen"
WAY_OUT = (
    "To use keras-kgen, remove the other one with `pip uninstall kgen`, then run "
    "`pip install --force-reinstall --no-deps .` in the repository of keras-kgen. "
    "To use both, give each a virtual environment of its own."
)


@functools.cache
def check():
    """Raises if the package kgen is not keras-kgen's; warns if another project may replace it."""
    import kgen

    others = " and ".join(map(_told, _others()))
    if vars(kgen).get("DISTRIBUTION") != NAME:
        beside = f" Installed is {others}." if others else ""
        raise ImportError(
            f"{kgen.__path__[0]} is not the package kgen of {NAME}, or not all of it."
            f"{beside} {WAY_OUT}"
        )
    if others:
        # One call site, so that the warning is shown once, whoever asks.
        warnings.warn(
            f"Another project installs a package kgen as {NAME} does: {others}. {WAY_OUT}",
            stacklevel=1,
        )


def _others():
    """Distributions called kgen that install a package kgen, on the search path."""
    # Folder names are searched first: importlib.metadata takes longer to import than kgen.
    folders = dict.fromkeys(map(Path, sys.path))
    found = [path for folder in folders for path in folder.glob("[Kk]gen-*.dist-info")]
    return [
        path
        for path in found
        if "kgen/__init__.py" in map(str, _distribution(path).files or ())
    ]


def _told(path):
    """Version, summary and place of a distribution."""
    about = _distribution(path).metadata
    return f"{about['Name']} {about['Version']} ({about['Summary']}) in {path.parent}"


def _distribution(path):
    from importlib import metadata

    return metadata.Distribution.at(path)


def main():
    """Runs the ``kgen`` command, or reports that another project's package is in its place."""
    try:
        check()
    except ImportError as error:
        sys.exit(f"Error: {error}")
    from kgen.cli.main import main as command

    command()
