"""The card of a model as Markdown and JSON: what it is, its data, its quality and its limits."""

import json
from typing import Any

import jinja2
import numpy as np

from kgen.checks import counted
from kgen.data.data import Data
from kgen.data.subjects import SUBJECT
from kgen.engine.options import FEW
from kgen.experiments import contents, tables
from kgen.experiments.page import failures_told
from kgen.models import MODELS
from kgen.names import assigned, mapped, selected
from kgen.runs.run import Run
from kgen.tasks.failures import verdict

CARD, VALUES = "card.md", "card.json"
SPLITS = "train", "validation", "test"
PICTURES = ".png"
TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("kgen.experiments", ""),
    trim_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def write_card(run: Run, data: Data | None = None) -> dict[str, Any]:
    """Writes ``card.md`` and ``card.json`` of a run; returns what they hold."""
    found = described(run, data or run.dataset())
    text = TEMPLATES.get_template(CARD).render(found)
    with run.writing(CARD) as temporary:
        temporary.write_text(text, encoding="utf-8")
    with run.writing(VALUES) as temporary:
        temporary.write_text(
            json.dumps(found, indent=2, ensure_ascii=False), encoding="utf-8"
        )
    return found


def described(run: Run, data: Data) -> dict[str, Any]:
    """Everything in a card, by name."""
    config, entry = run.config, MODELS[run.config.model]
    measured = (run.path / "metrics.json").exists()
    evaluation = run.read_json("metrics.json").get("evaluation") if measured else None
    return {
        "title": f"{config.model} on {config.dataset}",
        "run": run.path.name,
        "model": {
            "name": config.model,
            "summary": _sentence(entry.summary),
            "paper": entry.paper,
        },
        "verdict": verdict(run.health),
        "environment": run.read_json("environment.json"),
        "data": _data(config, data),
        "training": _training(run),
        "scores": (evaluation or {}).get("scores", {}),
        "groups": _groups(evaluation),
        "limits": _limits(run, data, evaluation),
        "pictures": _pictures(run),
    }


def _data(config, data):
    return {
        "name": config.dataset,
        "options": _listed(config.data),
        "fingerprint": config.fingerprint,
        "fields": mapped(str, data.fields),
        "classes": list(map(_cell, data.class_names)),
        "subjects": SUBJECT in data.train.facts,
        "splits": [
            _split(name, getattr(data, name), len(data.class_names)) for name in SPLITS
        ],
        "notes": list(data.notes),
    }


def _split(name, split, classes):
    """The number of values and subjects of a split, and the number of values per class."""
    counts = np.bincount(split.labels, minlength=classes).tolist() if classes else []
    subjects = split.facts.get(SUBJECT)
    known = None if subjects is None else len(np.unique(subjects))
    return {"name": name, "values": len(split), "subjects": known, "classes": counts}


def _training(run):
    config = run.config
    options = dict(config.options)
    for name, rate in config.learning_rates.items():
        options[f"learning rate of {name}"] = rate
    return {
        "epochs": len(run.history), "batch_size": config.batch_size, "seed": config.seed,
        "precision": config.precision, "options": _listed(options),
    }  # fmt: skip


def _groups(evaluation):
    if not evaluation or not evaluation["scores"]:
        return []
    found = []
    for title, head, rows in tables.groups(evaluation):
        cells = [list(map(_cell, row)) for row in rows]
        found.append({"title": title, "head": head, "rows": cells})
    return found


def _cell(text):
    # The bar of log p(x|z) would end a Markdown cell.
    return text.replace("|", r"\|")


def _limits(run, data, evaluation):
    """Limits of what can be concluded from the numbers."""
    count = len(data.train)
    limits = [
        f"It knows {counted(count, 'training value')} of one source, and nothing of others."
    ]
    if count < FEW:
        limits.append(
            "Of so few values it may repeat some: "
            "see near_copies and memorisation of `kgen evaluate`."
        )
    if SUBJECT not in data.train.facts:
        limits.append(
            "No subjects are known: values of one person may be in several splits."
        )
    if len(data.test) < FEW:
        limits.append(
            f"The test has {counted(len(data.test), 'value')}: "
            "no number is surer than so few can tell."
        )
    return [*limits, *failures_told(run), *_unmeasured(evaluation)]


def _unmeasured(evaluation):
    """The metrics without a number, and why."""
    if not evaluation:
        return []
    reasons = tables.by_reason(evaluation["left_out"])
    told = []
    for reason, names in reasons.items():
        told.append(f"Not measured: {', '.join(names)}, as {reason}.")
    return told


def _pictures(run):
    present = contents.present(run)
    shown = [name for name in present if name.endswith(PICTURES) and "/" not in name]
    return selected(present, shown)


def _listed(options):
    return ", ".join(assigned(options))


def _sentence(summary):
    return summary[:1].upper() + summary[1:]
