"""Paths in the commands that are printed."""

import shlex
from pathlib import Path


def quoted(folder: Path, *names: str) -> list[str]:
    """The paths of files in a folder, quoted for the shell."""
    return [shlex.quote(str(folder / name)) for name in names]
