import difflib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import tensorflow_datasets as tfds
from tensorflow_datasets.core.download import downloader

from kgen.data.anomalies import leave_out
from kgen.data.data import Data
from kgen.data.options import NO_NAMES
from kgen.fields import Image, Label

# The default of 10 attempts takes over three minutes to report a missing network, 5 six seconds.
downloader.MAX_RETRIES = 5


def read(argument: str, name: str, left_out: list = NO_NAMES) -> Data:
    """An image-classification set of tensorflow-datasets, downloaded and prepared on first use.

    Args:
        left_out: classes that training never sees: in the test they are the anomalies.
    """
    builder = _builder(argument, name)
    _check_kind(builder, name)
    try:
        with _swept(builder):
            builder.download_and_prepare()
    except Exception as error:
        raise FileNotFoundError(_ways_out(name, builder.data_dir, error)) from error
    train, test = (_arrays(builder, split) for split in _splits(builder, name))
    names = builder.info.features["label"].names
    fields = {
        "x": Image.of(train["x"], f"{name}: x"),
        "y": Label(len(names), list(names)),
    }
    return leave_out(Data.from_arrays(name, train, fields, test), left_out)


@contextmanager
def _swept(builder):
    """Removes what a failed preparation has begun: partial files and sets, and their folders."""
    before = set(_made_for(builder))
    try:
        yield
    except BaseException:
        for path in _made_for(builder):
            if path not in before:
                _remove(path)
        raise


def _made_for(builder):
    """The unfinished files and the folders of a set, innermost first; whole downloads are kept."""
    root, version = Path(builder.data_dir_root), Path(builder.data_dir)
    downloads = root / "downloads"
    inner = [
        *downloads.glob(f"{builder.name}/*.tmp.*"),
        *version.parent.glob("*incomplete*"),
    ]
    folders = [
        downloads / builder.name,
        downloads / "extracted",
        downloads,
        version,
        *version.parents,
    ]
    return list(filter(Path.exists, (*inner, *folders)))


def _remove(path):
    if ".tmp." in path.name or "incomplete" in path.name:
        shutil.rmtree(path, ignore_errors=True)
    elif not any(path.iterdir()):
        path.rmdir()


def _builder(argument, name):
    try:
        return tfds.builder(argument)
    except tfds.core.DatasetNotFoundError as error:
        near = difflib.get_close_matches(
            argument, tfds.list_builders(), n=3, cutoff=0.5
        )
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise ValueError(
            f"{name}: tensorflow-datasets has no set {argument!r}.{hint}"
        ) from error


def _check_kind(builder, name):
    features = builder.info.features
    labelled = {"image", "label"} <= set(features or ()) and isinstance(
        features["label"], tfds.features.ClassLabel
    )
    if not labelled or None in features["image"].shape:
        raise ValueError(
            f"{name} is not an image-classification set with images of one size. "
            "Resize its images and pass them as folder:DIR or npz:FILE."
        )


def _splits(builder, name):
    if "train" not in builder.info.splits:
        raise ValueError(
            f"{name} has no split 'train'; it has {', '.join(builder.info.splits)}."
        )
    return ("train", "test") if "test" in builder.info.splits else ("train", None)


def _arrays(builder, split):
    if split is None:
        return None
    arrays = tfds.as_numpy(
        builder.as_dataset(split=split, batch_size=-1, as_supervised=True)
    )
    return dict(zip("xy", arrays, strict=True))


def _ways_out(name, looked_in, error):
    where = os.environ.get("TFDS_DATA_DIR", "not set")
    return (
        f"Data set {name} is not prepared in {looked_in} (TFDS_DATA_DIR: {where}) and could not be "
        f"downloaded ({type(error).__name__}: {str(error)[:200]}). Three ways out: connect this "
        "machine to the network; set TFDS_DATA_DIR to a folder in which tensorflow-datasets "
        "prepared it; or train on data that needs no download with the data set digits."
    )
