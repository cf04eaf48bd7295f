"""Measures a run on the test split, which training never sees: the metrics that take seconds."""

from collections.abc import Mapping
from typing import Any

from kgen import tasks
from kgen.experiments.card import write_card
from kgen.experiments.evaluating import measure, studied
from kgen.experiments.page import renew_page
from kgen.metrics.catalogue import metric, quick
from kgen.runs.run import Run
from kgen.tasks.study import Settings


def test(run: Run) -> dict[str, float]:
    """Measures the run's model on the test split and draws figures; returns the numbers by name."""
    return numbers(tested(run))


def tested(run: Run) -> dict[str, Any]:
    """Like ``test``, but returns the quick part of the run's evaluation."""
    study = studied(run, Settings(metrics=quick()))
    evaluation = measure(run, study)
    for task in tasks.applying(study.model, study.seen):
        for name, figure in task.test_figures(study.model, study.seen).items():
            run.save_figure(figure, name)
    write_card(run, study.data)
    renew_page(run)
    return {
        **evaluation,
        "scores": _quick(evaluation["scores"]),
        "left_out": _quick(evaluation["left_out"]),
    }


def _quick(entries):
    found = {}
    for name, entry in entries.items():
        if metric(name).quick or metric(name).group == "objective":
            found[name] = entry
    return found


def numbers(evaluation: Mapping[str, Any]) -> dict[str, float]:
    """The values of an evaluation by name, each followed by that of real values, if it has one."""
    found = {}
    for name, score in evaluation["scores"].items():
        found[name] = score["value"]
        if score["real"] is not None:
            found[f"{name}_of_real"] = score["real"]
    return found
