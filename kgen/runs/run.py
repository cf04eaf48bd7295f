import csv
import importlib
import json
import os
import platform
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

from kgen import models
from kgen.runs.config import RunConfig
from kgen.runs.temporary import own_prefix, sweep


class Run:
    """A run directory: its configuration, history, metrics and models, every file written whole or not at all.

    Args:
        path: the directory.

    Example:
        >>> run = Run.open("runs/demo")
        >>> model = run.model()
    """

    def __init__(self, path):
        self.path = Path(path)

    @classmethod
    def create(cls, path, config):
        """A new run in an empty or absent directory."""
        run = cls(path)
        run.check_free()
        run.configure(config)
        run.write_json("environment.json", _environment())
        return run

    @classmethod
    def open(cls, path):
        """The run in a directory that a training has written."""
        run = cls(path)
        if not run.begun:
            raise FileNotFoundError(f"{path} is not a run directory: it holds no config.json.")
        run.config.model_class()
        sweep(run.path)
        return run

    def check_free(self):
        """Raises unless the directory is empty or absent and can be written."""
        if self.path.is_file():
            raise ValueError(f"{self.path} is a file. Choose another directory for the run.")
        if self.path.exists() and any(self.path.iterdir()):
            raise ValueError(f"The run {self.path} exists and is not empty. Choose another directory, or resume it.")
        existed = self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.path).close()
            if not existed:  # data or options may yet be refused, and nothing should be left then
                self.path.rmdir()
        except OSError as error:
            raise OSError(f"The run {self.path} cannot be written ({error}). Choose one of your own.") from error

    @property
    def config(self):
        """What was asked for, a ``RunConfig``."""
        try:
            return RunConfig.of(self.read_json("config.json"))
        except ValueError as error:
            raise ValueError(f"{self.path}/config.json: {error}") from error

    def configure(self, config):
        """Writes what is asked for."""
        self.write_json("config.json", config.as_dict())

    @property
    def begun(self):
        """Whether the directory holds a configuration."""
        return (self.path / "config.json").is_file()

    @property
    def history(self):
        """One dict of numbers an epoch."""
        return self.read_rows("history.csv")

    @property
    def health(self):
        """The signs of health, one dict an epoch; see ``kgen.callbacks.health``."""
        return self.read_rows("health.csv")

    def read_rows(self, name):
        """One dict of numbers an epoch from a CSV file of the run, or an empty list."""
        path = self.path / name
        if not path.exists():
            return []
        try:
            with path.open(newline="") as file:
                rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
            return [{**row, "epoch": int(row["epoch"])} for row in rows]
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path} is damaged ({error}). Put a whole copy of it back.") from error

    def write_rows(self, name, rows):
        """Replaces a CSV file of the run."""
        with self.writing(name) as temporary, temporary.open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def model(self, name="model.keras"):
        """The saved model, checked to be the one that config.json names."""
        import keras

        # Keras finds a class only once its module is imported, whatever this file holds.
        for entry in models.MODELS.values():
            entry.load()
        config, path = self.config, self.path / name
        expected = config.model_class()
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: no epoch of this run was finished. Train it again.")
        try:
            model = keras.saving.load_model(path)
        except Exception as error:
            raise ValueError(self._damaged(name, error)) from error
        if type(model) is not expected:
            raise ValueError(f"{path} holds a {type(model).__name__}, but config.json says {expected.__name__}.")
        if config.format_version == 1:
            model.adopt(self.trained_on().fields)
        return model

    def trained_on(self):
        """The data set with its pixels as the training saw them, binarised where it was told so."""
        return self.dataset().binarised(self.config.binarisation)

    def dataset(self):
        """The data set that config.json names, grey, checked to be the one that the run was trained on."""
        from kgen import data

        config = self.config
        dataset = data.load(config.dataset, **config.data)
        if dataset.fingerprint != config.fingerprint:
            raise ValueError(
                f"{config.dataset} is not the data that {self.path} was trained on. Put the old files back."
            )
        return dataset

    def save_model(self, model, name="model.keras"):
        """Saves the model under ``name``; a failure leaves the one before it in place."""
        with self.writing(name) as temporary:
            model.save(temporary)

    def copy(self, source, target):
        """Copies a file of the run to another name, whole or not at all."""
        with self.writing(target) as temporary:
            shutil.copyfile(self.path / source, temporary)

    def read_json(self, name):
        """A JSON file of the run, or an empty dict."""
        path = self.path / name
        try:
            return json.loads(path.read_text()) if path.exists() else {}
        except json.JSONDecodeError as error:
            raise ValueError(f"{path} is damaged ({error}). Put a whole copy of it back.") from error

    def write_json(self, name, values):
        """Replaces a JSON file of the run."""
        with self.writing(name) as temporary:
            temporary.write_text(json.dumps(values, indent=2) + "\n")

    def save_figure(self, figure, name, **options):
        """Saves a matplotlib figure as a picture of the run."""
        with self.writing(name) as temporary:
            figure.savefig(temporary, **options)

    @contextmanager
    def writing(self, name):
        """A temporary path of the same suffix that takes the name of the file only once it is written."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=own_prefix(), suffix=target.suffix)
        os.close(handle)
        temporary = Path(temporary)
        try:
            yield temporary
            temporary.chmod(0o644)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def _damaged(self, name, error):
        others = [other for other in ("model.keras", "best.keras") if other != name and (self.path / other).exists()]
        way_out = (
            f"{others[0]} of the same run may be sound: copy it over {name}, or train the run again." if others else ""
        )
        whole = zipfile.is_zipfile(self.path / name)
        reason = f"{type(error).__name__}: {str(error).splitlines()[0]}" if whole and str(error) else "it is cut off"
        return f"{self.path / name} cannot be read ({reason}). {way_out or 'Train the run again.'}"


def _environment():
    import keras

    backend = keras.backend.backend()
    packages = dict.fromkeys(["kgen", "keras", "tensorflow", backend, "numpy", "sklearn"])
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "backend": backend,
        **{package: importlib.import_module(package).__version__ for package in packages},
    }
