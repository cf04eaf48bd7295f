"""Locks on directories that the system lifts when the process that holds one ends, however it ends."""

import contextlib

from filelock import FileLock, Timeout

LOCK = ".lock"


@contextlib.contextmanager
def locked(path, taken=None):
    """Holds the lock file ``path``: waits for it, or, with words for a lock that is ``taken``, raises with these."""
    try:
        lock = FileLock(path, timeout=0 if taken else -1).acquire()
    except Timeout as error:
        raise ValueError(taken) from error
    with lock:
        yield
