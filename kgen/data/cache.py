import os
from pathlib import Path

import platformdirs

from kgen.types import Location


def cache_folder(room: str, given: Location | None = None) -> Path:
    """The cache folder ``room``: in ``given``, ``KGEN_CACHE`` or, by default, the user's cache."""
    folder = (
        Path(
            given or os.environ.get("KGEN_CACHE") or platformdirs.user_cache_dir("kgen")
        )
        / room
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise unwritable(folder, "Permission denied")
    return folder


def unwritable(path: Location, error: OSError | str) -> OSError:
    """The error for a file or folder of the cache that cannot be written, with the remedy."""
    reason = error.strerror if isinstance(error, OSError) else error
    return OSError(
        f"{path} of the cache cannot be written ({reason}). KGEN_CACHE=DIR in the environment "
        "keeps the cache in another folder."
    )
