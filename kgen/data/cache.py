import os
from pathlib import Path

import platformdirs


def cache_folder(room, given=None):
    """Where what is dear to compute is kept: under ``given``, ``KGEN_CACHE`` or the user's own cache folder."""
    folder = Path(given or os.environ.get("KGEN_CACHE") or platformdirs.user_cache_dir("kgen")) / room
    folder.mkdir(parents=True, exist_ok=True)
    return folder
