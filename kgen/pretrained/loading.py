from pathlib import Path

import numpy as np

from kgen import models
from kgen.checks import check_known
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.engine import GenerativeModel

FOLDER = Path(__file__).parent
MODEL, TEST, PAGE = "model.keras", "test.npz", "README.md"  # the files of a model


def names() -> list[str]:
    """The models that come with kgen."""
    return sorted(path.parent.name for path in FOLDER.glob(f"*/{MODEL}"))


def load(name: str) -> GenerativeModel:
    """A trained model by name; its weights are its averaged ones, stored in half precision."""
    return models.saved(_folder(name) / MODEL)


def data(name: str) -> Data:
    """The test images that come with a model, as a data set without training images."""
    with np.load(_folder(name) / TEST) as stored:
        values = dict(stored)
    test = Split(
        values,
        {field: kind for field, kind in load(name).fields.items() if field in values},
    )
    none = test.subset(slice(0))
    return Data(name, none, none, test)


def _folder(name):
    return FOLDER / check_known("pretrained model", name, names())
