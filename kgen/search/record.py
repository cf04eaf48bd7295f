import contextlib
import csv
import hashlib
import io
import json
import re
import shutil
import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from kgen.names import assigned, column_of
from kgen.runs.locks import LOCK, locked
from kgen.runs.run import Run
from kgen.runs.temporary import sweep
from kgen.search.objective import Objective
from kgen.types import Array, Location

FORMAT_VERSION = 1
MAY_GROW = {"trials"}
LONGEST_NAME = 150
# SPARE is deleted from kept trials too: the second model, and files half written at a kill.
SPARE, MODELS = ("best.keras", ".*.keras"), ("*.keras", "*.joblib")


class Record(NamedTuple):
    """The outcome of a trial: its values, what each run reported, and why it failed, if it did."""

    trial: str
    values: dict
    status: str
    error: str
    runs: list

    def score(self, objective: Objective) -> float:
        """Mean of the objective over the seeds."""
        return statistics.mean(self.numbers(objective))

    @property
    def health(self) -> str:
        """The warnings that were active at the end of its runs."""
        warnings = [run["health"] for run in self.runs if run.get("health")]
        return ", ".join(dict.fromkeys(warnings))

    def spread(self, objective: Objective) -> float | None:
        """Standard deviation of the objective over the seeds; ``None`` for one seed."""
        values = self.numbers(objective)
        return statistics.stdev(values) if len(values) > 1 else None

    def numbers(self, objective: Objective) -> list[float]:
        """The objective in each run, one per seed."""
        return column_of(column_of(self.runs, "numbers"), objective.name)

    @property
    def completed(self) -> bool:
        return self.status == "completed"

    @property
    def label(self) -> str:
        """The values in words."""
        return ", ".join(
            f"{name} {number(value)}" for name, value in self.values.items()
        )


class Search:
    """A search's directory: its settings, one record per trial, the runs, and the results.

    Args:
        path: the directory.
        objective: ``Objective``.
        keep: int, how many trials keep their models.

    Example:
        >>> search = Search("runs/search", Objective("val_loss", "min"))
        >>> scores = [record.score(search.objective) for record in search.records]
    """

    def __init__(self, path: Location, objective: Objective, keep: int = 3):
        self.folder, self.objective, self.keep = Run(path), objective, keep

    @classmethod
    def open(cls, path: Location) -> Self:
        """The search that a directory holds, to look at."""
        asked = Run(path).read_json("search.json")
        if not asked:
            raise FileNotFoundError(
                f"{path} holds no search: there is no search.json. Give that of kgen tune."
            )
        return cls(path, Objective(*asked["objective"].rsplit(":", 1)))

    @property
    def path(self) -> Path:
        return self.folder.path

    @contextlib.contextmanager
    def held(self, plan: Mapping[str, Any]) -> Iterator[None]:
        """Begins a search, or continues the same one; meanwhile no other process can."""
        self.check_same(plan)
        self.path.mkdir(parents=True, exist_ok=True)
        with locked(self.path / LOCK, self._taken):
            sweep(self.path)
            self.folder.write_json(
                "search.json", {"format_version": FORMAT_VERSION, **plan}
            )
            yield

    def alone_with(self, trial: str) -> AbstractContextManager[None]:
        """Waits until no other process works on this trial, and keeps others off meanwhile."""
        (self.path / "records").mkdir(parents=True, exist_ok=True)
        return locked(self.path / "records" / f".{trial}.lock")

    def check_same(self, plan: Mapping[str, Any]) -> None:
        """Raises unless the directory belongs to the same search, or to none."""
        known = self.folder.read_json("search.json")
        plan = json.loads(json.dumps(plan))
        if not known:
            self.folder.check_free()
            return
        version = known.pop("format_version", None)
        if version != FORMAT_VERSION:
            raise ValueError(
                f"{self.path}/search.json has format_version {version}; "
                f"this kgen reads {FORMAT_VERSION}. Use the kgen that wrote it, "
                "or another directory."
            )
        changed = _differences(known, plan)
        if changed:
            raise ValueError(
                f"{self.path} holds another search: {'; '.join(changed)}. "
                "Give what it was begun with to continue it, or another directory."
            )

    @property
    def _taken(self):
        return (
            f"Another kgen tune is at work in {self.path}; two would run every trial twice. "
            "Wait for it, or join its chief as a worker."
        )

    # ---- trials ----------------------------------------------------------------------------------

    @property
    def records(self) -> list[Record]:
        """The trials that have ended, in their order."""
        files = (self.path / "records").glob("[!.]*.json")
        trials = sorted((file.stem for file in files), key=int)
        return list(filter(None, map(self.record, trials)))

    def record(self, trial: str) -> Record | None:
        """The record of a trial, or ``None``."""
        found = self.folder.read_json(f"records/{trial}.json")
        return Record(**found) if found else None

    def begin(self, trial: str, epochs: int) -> int:
        """Notes that a trial begins after so many epochs; returns how often it has begun there."""
        name = f"records/.{trial}.begun"
        before = self.folder.read_json(name)
        times = before.get("times", 0) + 1 if before.get("epochs") == epochs else 1
        self.folder.write_json(name, {"epochs": epochs, "times": times})
        return times

    def write(self, record: Record) -> None:
        self.folder.write_json(f"records/{record.trial}.json", record._asdict())

    def run_path(self, values: Mapping[str, Any], seed: int) -> Path:
        """The path of the run with these values and seed; a longer training continues it."""
        name = ",".join([*assigned(values), f"seed={seed}"])
        plain = len(name) <= LONGEST_NAME and all(
            re.fullmatch(r"[\w.+-]+", str(value)) for value in values.values()
        )
        code = hashlib.sha256(repr((values, seed)).encode()).hexdigest()[:16]
        return self.path / "trials" / (name if plain else code)

    def log(self, trial: str) -> Path:
        """The log file of a trial's trainings."""
        (self.path / "logs").mkdir(parents=True, exist_ok=True)
        return self.path / "logs" / f"{trial}.txt"

    def save_samples(self, trial: str, picture: Array) -> None:
        """Stores the sample picture of a trial, in [0, 1]: its model may be deleted later."""
        with self.folder.writing(f"records/{trial}.npy") as temporary:
            np.save(temporary, np.round(picture * 255).astype("uint8"))

    def samples(self, trial: str) -> Array | None:
        """The picture of a trial in [0, 1], or ``None``."""
        path = self.path / "records" / f"{trial}.npy"
        return np.load(path) / 255 if path.exists() else None

    @property
    def completed(self) -> list[Record]:
        """The trials that did not fail, in their order."""
        return [record for record in self.records if record.completed]

    @property
    def ranked(self) -> list[Record]:
        """The completed trials, best first; of trials that continue the same run, only the last."""
        last = {record.runs[0]["path"]: record for record in self.completed}
        return sorted(
            last.values(),
            key=lambda record: self.objective.sign * record.score(self.objective),
        )

    @property
    def names(self) -> list[str]:
        """The hyperparameters."""
        return list(self.records[0].values)

    # ---- what is kept ----------------------------------------------------------------------------

    def settle(
        self,
        configured: Callable[[Mapping[str, Any]], Mapping[str, Any]],
        prune: bool = True,
    ) -> None:
        """Updates trials.csv, best.json and the best run.

        With ``prune``, deletes the models of all trials but the ``keep`` best.
        """
        with self.folder.writing("trials.csv") as temporary:
            temporary.write_text(self.as_csv())
        ranked = self.ranked
        if ranked:
            self.folder.write_json("best.json", configured(ranked[0].values))
            self._copy_best(ranked[0])
        if prune:
            self._prune(ranked)

    def as_csv(self) -> str:
        """One line per run: hyperparameters, seed, status, numbers, and the error, if any."""
        lines = list(chain.from_iterable(map(_lines, self.records)))
        text = io.StringIO()
        names = dict.fromkeys(chain.from_iterable(lines))
        names.pop("error", None)
        writer = csv.DictWriter(text, [*names, "error"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
        return text.getvalue()

    def _copy_best(self, record):
        source = Path(self.path / record.runs[0]["path"])
        target = self.path / "best"
        if Run(source).read_json("config.json") == Run(target).read_json("config.json"):
            return
        shutil.rmtree(self.path / ".best", ignore_errors=True)
        shutil.copytree(source, self.path / ".best")
        shutil.rmtree(target, ignore_errors=True)
        (self.path / ".best").rename(target)

    def _prune(self, ranked):
        kept = set()
        for record in ranked[: self.keep]:
            kept.update(column_of(record.runs, "path"))
        for record in self.records:
            for run in record.runs:
                for name in SPARE if run["path"] in kept else (*SPARE, *MODELS):
                    for path in (self.path / run["path"]).glob(name):
                        path.unlink()


def number(value: object) -> str:
    """Four significant digits of a float, anything else as it is."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _differences(before, now):
    found = []
    for name in sorted({*before, *now} - MAY_GROW):
        was, is_now = before.get(name), now.get(name)
        if isinstance(was, dict) and isinstance(is_now, dict):
            found += _differences(was, is_now)
        elif was != is_now:
            found.append(f"{name} was {was!r} and is {is_now!r}")
    return found


def _lines(record):
    head = {"trial": record.trial, **record.values}
    facts = [{**run, **run["numbers"]} for run in record.runs] or [{}]
    for run in facts:
        run.pop("numbers", None)
        yield {
            **head,
            "seed": run.pop("seed", ""),
            "status": record.status,
            **run,
            "error": record.error,
        }
