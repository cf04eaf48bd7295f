"""Temporary files: hidden, and named after the process that writes them."""

import os
import platform
import re

import psutil

NAME = re.compile(r"\.(?P<machine>.+)-(?P<process>\d+)-\w{8}(\.\w+)?")


def own_prefix():
    """The beginning of the names of this process's temporary files."""
    return f".{platform.node()}-{os.getpid()}-"


def sweep(folder):
    """Removes temporary files that ended processes of this machine left in or below a folder."""
    for path in folder.rglob(".*-*"):
        found = NAME.fullmatch(path.name)
        here = found and found["machine"] == platform.node()
        if here and not psutil.pid_exists(int(found["process"])):
            path.unlink(missing_ok=True)
