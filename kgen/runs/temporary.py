"""Files on the way to their names: hidden, and marked with the process that writes them."""

import os
import platform
import re

import psutil

NAME = re.compile(r"\.(?P<machine>.+)-(?P<process>\d+)-\w{8}(\.\w+)?")


def own_prefix():
    """How the temporary files of this process begin."""
    return f".{platform.node()}-{os.getpid()}-"


def sweep(folder):
    """Removes what processes of this machine that are gone have left in a folder and those within."""
    for path in folder.rglob(".*-*"):
        found = NAME.fullmatch(path.name)
        here = found and found["machine"] == platform.node()
        if here and not psutil.pid_exists(int(found["process"])):
            path.unlink(missing_ok=True)
