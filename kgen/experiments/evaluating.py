"""Measures a run; every metric stands beside that of real values and of a trivial baseline."""

from collections.abc import Collection
from typing import Any

from kgen import tasks
from kgen.checks import check_known
from kgen.experiments.card import write_card
from kgen.experiments.page import renew_page
from kgen.metrics import Score
from kgen.metrics.catalogue import CATALOGUE, metric, of_groups
from kgen.names import among, without
from kgen.runs.run import Run
from kgen.tasks.study import Settings, Study


def evaluate(
    run: Run, groups: Collection[str] | None = None, settings: Settings | None = None
) -> dict[str, Any]:
    """Measures the run's model by the tasks that apply; adds the evaluation to metrics.json.

    Returns the evaluation.

    Args:
        run: ``kgen.runs.run.Run``.
        groups: names of the groups of metrics; all by default.
        settings: ``kgen.tasks.study.Settings``.
    """
    for group in groups or ():
        check_group(group)
    study = studied(run, settings)
    evaluation = measure(run, study, groups)
    write_card(run, study.data)
    renew_page(run)
    return evaluation


def check_group(name: str) -> None:
    """Raises where this is no group of metrics, and says of which one a metric is."""
    if name in CATALOGUE:
        group = CATALOGUE[name].group
        raise ValueError(
            f"{name!r} is a metric of the group {group!r}: ask for {group!r}."
        )
    check_known("group of metrics", name, every_group())


def studied(run: Run, settings: Settings | None = None) -> Study:
    """The run's model and data, loaded once for all measurements and figures."""
    data = run.dataset()
    return Study(run.model(), data, data.binarised(run.config.binarisation), settings)


def measure(
    run: Run, study: Study, groups: Collection[str] | None = None
) -> dict[str, Any]:
    """Measures a study by the tasks that apply; returns the evaluation."""
    evaluation = {}
    for task in tasks.every():
        asked = task.groups if groups is None else among(task.groups, groups)
        if asked:
            measured_now = _measured(task, study, asked)
            evaluation = _written(run, study.model.epochs_trained, *measured_now)
    return evaluation


def every_group() -> list[str]:
    """The names of all groups of metrics, in the order in which they are measured."""
    found: dict[str, None] = {}
    for task in tasks.every():
        found |= dict.fromkeys(task.groups)
    return list(found)


def measured(score: Score | str) -> bool:
    """Whether a metric has a score, and not the reason why it has none."""
    return not isinstance(score, str)


def _measured(task, study, groups):
    """The facts and scores of some groups of a task, or the reason why it does not apply.

    Also the accuracy of the evaluation classifier, for each metric that depends on it.
    """
    reason = task.reason(study.model, study.seen)
    wanted = study.wanted(of_groups(groups))
    if reason:
        return {}, dict.fromkeys(wanted, reason), {}
    scores = task.measure(study, groups)
    facts = task.facts(study) if wanted else {}
    judged = study.judged(scores) if "judge" in facts else ()
    return facts, scores, dict.fromkeys(judged, facts.get("judge"))


def _written(run, epochs, facts, scores, judges):
    numbers, reasons = {}, {}
    for name, score in scores.items():
        if measured(score):
            numbers[name] = {
                **score._asdict(),
                "ratio": score.ratio,
                "judge": judges.get(name),
            }
        else:
            reasons[name] = score

    def added(before):
        kept = _comparable(_of_epochs(before, epochs), facts, scores)
        parts = {
            "scores": kept["scores"] | numbers,
            "left_out": kept["left_out"] | reasons,
        }
        return {**before, "evaluation": {**kept, **facts, "epochs": epochs, **parts}}

    return run.update_json("metrics.json", added)["evaluation"]


def _of_epochs(written, epochs):
    """The evaluation of the model at this epoch; its training may have gone on since."""
    found = written.get("evaluation", {})
    return found if found.get("epochs") == epochs else {"scores": {}, "left_out": {}}


def _comparable(kept, facts, scores):
    """The earlier scores, without those of the metrics that are measured now.

    If the facts have changed, the other metrics of the same groups are dropped too.
    """
    same = all(kept.get(name, fact) == fact for name, fact in facts.items())
    groups = set() if same else {metric(name).group for name in scores}

    def others(part):
        left = without(part, scores)
        return {name: part[name] for name in left if metric(name).group not in groups}

    return {
        **kept,
        "scores": others(kept["scores"]),
        "left_out": others(kept["left_out"]),
    }
