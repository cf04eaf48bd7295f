"""Directory locks; the system releases a lock when its process ends, however that happens."""

import contextlib
from collections.abc import Iterator

from filelock import FileLock, Timeout

from kgen.types import Location

LOCK = ".lock"


@contextlib.contextmanager
def locked(path: Location, taken: str | None = None) -> Iterator[None]:
    """Holds the lock file ``path``; if it is taken, waits, or raises with the message ``taken``."""
    try:
        lock = FileLock(path, timeout=0 if taken else -1).acquire()
    except Timeout as error:
        raise ValueError(taken) from error
    with lock:
        yield
