import csv
import importlib
import json
import os
import platform
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from kgen import former_names, models
from kgen.checks import few, hint
from kgen.decoding import Undecodable, decoding, read_object, reason
from kgen.names import without
from kgen.runs.config import RunConfig
from kgen.runs.locks import LOCK, locked
from kgen.runs.temporary import own_prefix, sweep
from kgen.types import Location

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kgen.data.data import Data
    from kgen.engine import GenerativeModel


class Run:
    """A run directory: configuration, history, metrics and models; files are written atomically.

    Args:
        path: the directory.

    Example:
        >>> run = Run.open("runs/digits")
        >>> model, dataset = run.model(), run.dataset()
    """

    def __init__(self, path: Location):
        self.path = Path(path)
        self._there = (
            False  # whether the directory has existed; from then on it must exist
        )
        self._asked: RunConfig | None = None  # the configuration, once it is written

    @classmethod
    def create(cls, path: Location, config: RunConfig) -> Self:
        """A new run in an empty or absent directory."""
        run = cls(path)
        run.check_free()
        run.configure(config)
        run.write_json("environment.json", _environment())
        return run

    @classmethod
    def open(cls, path: Location) -> Self:
        """The run in a directory that a training has written."""
        run = cls(path)
        run.config.model_class()
        run._there = True
        sweep(run.path)
        return run

    def check_free(self) -> None:
        """Raises unless the directory is empty or absent and can be written."""
        if self.path.is_file():
            raise ValueError(
                f"{self.path} is a file. Choose another directory for the run."
            )
        if self.path.exists() and {path.name for path in self.path.iterdir()} - {LOCK}:
            raise ValueError(
                f"The run {self.path} exists and is not empty. Choose another directory, or resume "
                "it."
            )
        existed = self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.path).close()
            if (
                not existed
            ):  # data or options may still be refused; then nothing may be left
                self.path.rmdir()
        except OSError as error:
            raise OSError(
                f"The run {self.path} cannot be written ({error}). Choose one of your own."
            ) from error

    def held(self) -> AbstractContextManager[None]:
        """Keeps other processes from training this run meanwhile; raises if one is training it."""
        self.path.mkdir(parents=True, exist_ok=True)
        return locked(
            self.path / LOCK,
            f"Another process is training {self.path}. Let it finish, or stop it first.",
        )

    @property
    def config(self) -> RunConfig:
        """The settings of the run, a ``RunConfig``."""
        if not self.begun:
            raise FileNotFoundError(
                f"{self.path} is not a run directory: {self._lack()}"
            )
        try:
            return RunConfig.of(self.read_json("config.json"))
        except Undecodable:
            raise
        except ValueError as error:
            raise ValueError(f"{self.path}/config.json: {error}") from error

    def _lack(self):
        """Says why there is no run, and which runs are in the folder or beside a missing one."""
        if not self.path.exists():
            return f"there is no such folder.{_meant(self.path)}"
        runs = _runs_in(self.path)
        if not runs:
            return "it holds no config.json. Give another, or put the file back."
        return f"it holds no config.json. It is a folder of runs; give one of them: {few(runs)}."

    def configure(self, config: RunConfig) -> None:
        """Writes the configuration; ``save_model`` writes it again if the file is deleted later."""
        self.write_json("config.json", config.as_dict())
        self._asked = config

    @property
    def begun(self) -> bool:
        """Whether the directory holds a configuration."""
        return (self.path / "config.json").is_file()

    @property
    def history(self) -> list[dict[str, float]]:
        """One dict of numbers per epoch."""
        return self.read_rows("history.csv")

    @property
    def health(self) -> list[dict[str, float]]:
        """The health signals, one dict per epoch; see ``kgen.callbacks.health``."""
        return self.read_rows("health.csv")

    @property
    def pictures(self) -> list[Path]:
        """The paths of the pictures drawn after the epochs, in order."""
        return sorted((self.path / "samples").glob("epoch_*.png"))

    def read_rows(self, name: str) -> list[dict[str, float]]:
        """The rows of a CSV file of the run, one dict of numbers per epoch; may be empty."""
        path = self.path / name
        if not path.exists():
            return []
        with decoding(path, "a table of numbers"), path.open(newline="") as file:
            return list(map(_numbers, csv.DictReader(file)))

    def write_rows(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Replaces a CSV file of the run."""
        with self.writing(name) as temporary, temporary.open("w", newline="") as file:
            names = dict.fromkeys(chain.from_iterable(rows))
            writer = csv.DictWriter(file, fieldnames=list(names))
            writer.writeheader()
            writer.writerows(rows)

    def model(self, name: str = "model.keras") -> "GenerativeModel":
        """The saved model, checked to be the one that config.json names."""
        config, path = self.config, self.path / name
        expected = config.model_class()
        if not path.exists():
            raise FileNotFoundError(
                f"{path} does not exist: no epoch of this run was finished. Train it again."
            )
        try:
            model = models.saved(path)
        except Exception as error:
            raise ValueError(self._damaged(name, error)) from error
        if type(model) is not expected:
            raise ValueError(
                f"{path} holds a {type(model).__name__}, but config.json says {expected.__name__}."
            )
        self._check_finite(model, name)
        if config.format_version == 1:
            model.adopt(self.trained_on().fields)
        return model

    def trained_on(self) -> "Data":
        """The data set with pixels as the training saw them, binarised if the run asked for it."""
        return self.dataset().binarised(self.config.binarisation)

    def dataset(self) -> "Data":
        """The data set of config.json, not binarised; raises unless the run was trained on it."""
        from kgen import data

        config = self.config
        # Tiles stand for a data set wherever their three splits do.
        dataset = cast("Data", data.load(config.dataset, **config.data))
        if dataset.fingerprint != config.fingerprint:
            raise ValueError(
                f"{config.dataset} is not the data that {self.path} was trained on. Put the old "
                "files back."
            )
        return dataset

    def save_model(self, model: "GenerativeModel", name: str = "model.keras") -> None:
        """Saves the model under ``name``; if that fails, the previous file stays in place."""
        if self._asked and not self.begun:
            self.configure(self._asked)
        with self.writing(name) as temporary:
            model.save(temporary)

    def copy(self, source: str, target: str) -> None:
        """Copies a file of the run to another name, whole or not at all."""
        with self.writing(target) as temporary:
            shutil.copyfile(self.path / source, temporary)

    def read_json(self, name: str) -> dict[str, Any]:
        """A JSON file of the run with the names of today, or an empty dict."""
        path = self.path / name
        return former_names.current(read_object(path), name) if path.exists() else {}

    def write_json(self, name: str, values: Mapping[str, Any]) -> None:
        """Replaces a JSON file of the run."""
        with self.writing(name) as temporary:
            temporary.write_text(json.dumps(values, indent=2) + "\n")

    def update_json(
        self, name: str, change: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        """Replaces values of a JSON file by ``change(values)``; other processes wait meanwhile."""
        with self.alone_at(name):
            values = change(self.read_json(name))
            self.write_json(name, values)
            return values

    def alone_at(self, name: str) -> AbstractContextManager[None]:
        """Keeps other processes from changing a file of the run meanwhile: they wait."""
        return locked(self.path / f".{name}{LOCK}")

    def save_figure(self, figure: "Figure", name: str, **options: Any) -> None:
        """Saves a matplotlib figure as a picture of the run."""
        with self.writing(name) as temporary:
            figure.savefig(temporary, **options)

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """A temporary path with the file's suffix; it is renamed to the file once it is written."""
        self._check_there()
        target, temporary = self.path / name, None
        try:
            temporary = _temporary(target)
            yield temporary
            temporary.chmod(0o644)
            temporary.replace(target)
        except OSError as error:
            self._check_there()
            raise OSError(
                f"{target} cannot be written ({reason(error)}). Make room or give leave to write "
                "there; the files written before are whole."
            ) from error
        finally:
            if temporary:
                temporary.unlink(missing_ok=True)
        self._there = True

    def _check_there(self):
        """Raises if the directory was deleted or moved: a new one would hold half a run."""
        if self._there and not self.path.is_dir():
            raise FileNotFoundError(
                f"The run {self.path} was deleted or moved while it was written. Where it was "
                "moved, go on there; else begin it again."
            )

    def _check_finite(self, model, name):
        every = list(model.variables)
        for optimizer in model.optimizers.values():
            every += optimizer.variables
        broken = [
            variable.path
            for variable in every
            if not np.isfinite(_values(variable)).all()
        ]
        if broken:
            share = f"{len(broken)} of its {len(every)} arrays"
            told = f"{share} hold NaN or infinity, first {broken[0]}"
            raise ValueError(self._damaged(name, ValueError(told)))

    def _damaged(self, name, error):
        rest = without(("model.keras", "best.keras"), [name])
        others = [other for other in rest if (self.path / other).exists()]
        way_out = (
            f"{others[0]} of the same run may be sound: copy it over {name}, or train the run "
            "again."
            if others
            else ""
        )
        whole = zipfile.is_zipfile(self.path / name)
        told = (
            f"{type(error).__name__}: {reason(error)}"
            if whole and str(error)
            else "it is cut off"
        )
        return f"{self.path / name} cannot be read ({told}). {way_out or 'Train the run again.'}"


def _numbers(row):
    # Earlier rows lack numbers that were added later.
    numbers = {name: float(value) for name, value in row.items() if value != ""}
    return {**numbers, "epoch": int(numbers["epoch"])}


def _runs_in(folder):
    return sorted(str(file.parent) for file in folder.glob("*/config.json"))


def _meant(path):
    """Suggests runs beside a missing path, or in a folder ``runs`` there."""
    near = _runs_in(path.parent) + _runs_in(path.parent / "runs")
    return hint(path, near) or " Give the path of a run."


def _temporary(target):
    """A new hidden file beside the target."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(
        dir=target.parent, prefix=own_prefix(), suffix=target.suffix
    )
    os.close(handle)
    return Path(temporary)


def _values(variable):
    """A variable as an array of a type that NumPy can look at."""
    import keras

    values = keras.ops.convert_to_numpy(variable)
    return values if values.dtype.kind in "iub" else values.astype("float64")


def _environment():
    import keras

    backend = keras.backend.backend()
    packages = dict.fromkeys(
        ["kgen", "keras", "tensorflow", backend, "numpy", "sklearn"]
    )
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "backend": backend,
        **{
            package: importlib.import_module(package).__version__
            for package in packages
        },
    }
