import zipfile
import zlib
from pathlib import Path

import numpy as np

from kgen.data.image_data import ImageData


def read(argument, name):
    """Arrays x and y, and x_test and y_test if present, from a .npz file."""
    if not Path(argument).is_file():
        raise FileNotFoundError(f"{name}: no file {argument!r} in {Path.cwd()}.")
    try:
        with np.load(argument, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
    except (ValueError, TypeError, OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise ValueError(f"{name} cannot be read as a .npz file of plain arrays: {error}") from error
    missing = {"x", "y"} - set(arrays)
    if missing:
        raise ValueError(f"{name} holds {', '.join(arrays) or 'nothing'}; the arrays x and y are needed.")
    if len({"x_test", "y_test"} & set(arrays)) == 1:
        raise ValueError(f"{name} holds only one of x_test and y_test; store both or neither.")
    test = (arrays["x_test"], arrays["y_test"]) if {"x_test", "y_test"} <= set(arrays) else None
    maximum = 1.0 if arrays["x"].dtype.kind == "f" else 255
    return ImageData.from_arrays(name, (arrays["x"], arrays["y"]), test, maximum)
