"""The names of PatchCamelyon's files, and what they hold."""

from pathlib import Path

from kgen.data.dividing import TEST, VALIDATION
from kgen.data.official import TRAIN
from kgen.types import Location

PREFIX = "camelyonpatch_level_2_split"
SPELT = {TRAIN: "train", VALIDATION: "valid", TEST: "test"}
X, Y, META = "x.h5", "y.h5", "meta.csv"
# Columns of meta.csv; the first column has no name, the row.
SLIDE, ANYWHERE, CENTRAL = "wsi", "tumor_patch", "center_tumor_patch"
COLUMNS = "coord_y", "coord_x", ANYWHERE, CENTRAL, SLIDE
CLASSES = "normal", "tumour"


def is_there(folder: Location) -> bool:
    """Whether a folder holds files of these names."""
    return any(Path(folder).glob(f"{PREFIX}_*"))


def path_of(folder: Location, split: str, kind: str) -> Path:
    """The path of one file of a split."""
    return Path(folder) / f"{PREFIX}_{SPELT[split]}_{kind}"
