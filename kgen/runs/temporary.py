"""Temporary files: hidden, and named after the process that writes them."""

import os
import platform
import re
from pathlib import Path

import psutil

NAME = re.compile(r"\.(?P<machine>.+)-(?P<process>\d+)-\w{8}(\.\w+)?")


def own_prefix() -> str:
    """The beginning of the names of this process's temporary files."""
    return f".{platform.node()}-{os.getpid()}-"


def sweep(folder: Path) -> None:
    """Removes temporary files that ended processes of this machine left in or below a folder."""
    for path in folder.rglob(".*-*"):
        found = NAME.fullmatch(path.name)
        if found is None or found["machine"] != platform.node():
            continue
        if not psutil.pid_exists(int(found["process"])):
            path.unlink(missing_ok=True)
