"""A run on one self-contained HTML page: pictures, numbers, configuration."""

import base64
from collections.abc import Mapping
from typing import Any

import jinja2

from kgen.checks import counted
from kgen.engine.options import options_of
from kgen.experiments import contents, tables
from kgen.metrics.catalogue import metric
from kgen.runs.run import Run
from kgen.tasks.failures import advice, failures_of, verdict
from kgen.types import Scalars

KINDS = {".png": "image/png", ".gif": "image/gif"}
CHAPTERS = {
    "What it does": "",
    "Its latent space": contents.LATENT,
    "What it looks at": contents.EXPLANATIONS,
}
TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("kgen.experiments", ""),
    autoescape=True,
    trim_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def write_page(run: Run, evaluation: Mapping[str, Any] | None = None) -> None:
    """Writes the page of a run, with its evaluation."""
    evaluation = evaluation or {"scores": {}, "left_out": {}}
    chapters = []
    for title, folder in CHAPTERS.items():
        chapters.append((title, _pictures(run, folder)))
    text = TEMPLATES.get_template("page.html").render(
        title=f"{run.config.model} on {run.config.dataset}",
        summary=f"{run.path}, {len(run.history)} of {counted(run.config.epochs, 'epoch')}",
        failures=failures_told(run),
        verdict=verdict(run.health),
        chapters=chapters,
        groups=list(tables.groups(evaluation)),
        legend=tables.LEGEND,
        left_out=tables.by_reason(evaluation["left_out"]),
        scalars=scalars(run.history[-1]),
        options=sorted(_flat(run.config.as_dict())),
        environment=sorted(run.read_json("environment.json").items()),
        files=[*contents.present(run).items()],
    )
    with run.writing(contents.PAGE) as temporary:
        temporary.write_text(text, encoding="utf-8")


def renew_page(run: Run) -> None:
    """Writes the page again with all measurements, if the training has already written one."""
    if (run.path / contents.PAGE).exists():
        with run.alone_at("metrics.json"):
            write_page(run, run.read_json("metrics.json").get("evaluation"))


def scalars(row: Scalars) -> list[tuple[str, str, str, str]]:
    """For each scalar of an epoch: its name, training and validation value, and meaning."""
    names = [name for name in row if name != "epoch" and not name.startswith("val_")]
    return [_scalar(name, row) for name in tables.in_order(names)]


def _scalar(name, row):
    numbers = map(tables.number, (row[name], row.get(f"val_{name}")))
    return tables.named(name), *numbers, metric(name).meaning


def failures_told(run: Run) -> list[str]:
    """The messages of the failures that the last epoch's diagnostics show."""
    options = options_of(run.config.model_class())
    return [advice(name, options, run.health[-1]) for name in failures_of(run.health)]


def _pictures(run, folder):
    """The pictures of a chapter, the training curves last."""
    present = contents.present(run)
    drawn = [name for name in present if name[-4:] in KINDS and _folder(name) == folder]
    last = sorted(drawn, key=lambda name: name == "curves.png")
    return [_picture(run, name, present[name]) for name in last]


def _folder(name):
    """The folder of a picture in a run if it has its own chapter, else ``""``."""
    folder = name.rpartition("/")[0]
    return folder if folder in CHAPTERS.values() else ""


def _picture(run, name, meaning):
    path = run.path / name
    content = base64.b64encode(path.read_bytes()).decode()
    return {
        "name": name,
        "meaning": meaning,
        "kind": KINDS[path.suffix],
        "content": content,
    }


def _flat(values, prefix=""):
    """The values of nested dicts, each with its dotted name."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
