"""Evaluations as text: one run for the terminal, several side by side as Markdown and CSV."""

import csv
import io
import shutil
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kgen.metrics.catalogue import CATALOGUE, metric
from kgen.metrics.scalars import SCALARS
from kgen.names import column_of, formatted

WIDTH = 120  # columns of a table without a terminal
UNCUT = 1000  # columns: no number is cut, however narrow the terminal
MEANING = "what it says"
GAP, LEAST_ROOM = 2, 24  # columns: between two columns, and for text beside numbers
OVERVIEW = (
    "frechet_distance", "precision", "recall", "coverage", "sharpness",
    "evaluation_classifier_accuracy", "classification_accuracy_score", "classifier_accuracy",
)  # fmt: skip
ORDER = [*SCALARS, *CATALOGUE]
TITLES = {
    "objective": "What the training logs, on the test split",
    "likelihood": "Likelihood ({pixels}) of test values, nats each, {latents} latents",
    "samples": "{samples} samples against as many real values",
    "use": "What samples are of use for, where the model is told the class",
    "classes": "The classes of test values",
    "pairs": "Pairs of samples of one style, of the first class and of the second",
    "anatomy": "Anatomy, measured alike in generated and in real slices. {anatomy_truth}",
    "latent": "Mean latents of test values",
    "factors": "Mean latents against the factors behind the values",
}


def table(evaluation: Mapping[str, Any]) -> str:
    """One evaluation for the terminal: metrics beside reference and baseline, and the rest."""
    lines = []
    for title, head, rows in groups(evaluation):
        lines += [title, aligned(head, rows), ""]
    lines += ["Left out"] if evaluation["left_out"] else []
    for reason, names in by_reason(evaluation["left_out"]).items():
        lines.append(f"  {reason}: {', '.join(names)}")
    lines += [""] if evaluation["left_out"] else []
    return "\n".join([*lines, LEGEND])


def by_reason(left_out: Mapping[str, str]) -> dict[str, list[str]]:
    """The names of what was left out, by reason."""
    found: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        found.setdefault(reason.rstrip("."), []).append(name)
    return found


PARTS = {
    "model": "value",
    "real": "real",
    "model/real": "ratio",
    "baseline": "baseline",
    "judge": "judge",
}
MARKS = {"lower": " ↓", "higher": " ↑", "real": " ≈", "neither": ""}
LEGEND = (
    "↓ lower is better, ↑ higher is better, ≈ best like real; in brackets, the 95 % interval; "
    "judge: the accuracy on real test values of the evaluation classifier that a number rests on. "
    "docs/metrics.md explains each metric."
)


def groups(
    evaluation: Mapping[str, Any],
) -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """For each group: its title, the heads of the columns that are filled, and a row per metric."""
    grouped: dict[str, dict[str, Any]] = {}
    for name, score in evaluation["scores"].items():
        grouped.setdefault(metric(name).group, {})[name] = score
    for group, own in grouped.items():
        parts = _filled(own.values())
        title = _title(group, evaluation)
        rows = [_row(name, own[name], parts) for name in in_order(own)]
        yield title, ("metric", *parts, MEANING), rows


def _filled(scores):
    """The columns in which a score has a number; older evaluations lack the judge's accuracy."""
    found = []
    for part, key in PARTS.items():
        if any(score.get(key) is not None for score in scores):
            found.append(part)
    return found


def _title(group, evaluation):
    # Older evaluations lack facts that were added later.
    return (
        TITLES.get(group, f"Test values: {group}")
        .format_map(defaultdict(str, evaluation))
        .strip()
    )


def judged(*scores: Mapping[str, Any]) -> str:
    """The accuracy of the evaluation classifier behind scores that depend on it, else ``""``."""
    accuracies: set[Any] = {score.get("judge") for score in scores} - {None}
    told = " or ".join(formatted(sorted(accuracies), ".1%"))
    return f" · judge {told}" if accuracies else ""


def in_order(names: Iterable[str]) -> list[str]:
    """Scalars and metrics in their usual order, the most important first; unknown ones last."""
    return sorted(
        names, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER)
    )


def _row(name, score, parts):
    numbers = [number(score.get(PARTS[part])) for part in parts]
    numbers[parts.index("model")] += _interval(score)
    return named(name), *numbers, metric(name).meaning


def _interval(score):
    """The 95 % interval of a score in brackets; ``""`` if it has none."""
    if score.get("low") is None:
        return ""
    return f" ({number(score['low'])} to {number(score['high'])})"


def named(name: str) -> str:
    """A metric's name, with a sign of which values are good."""
    return name + MARKS[metric(name).better]


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table for the terminal: names, numbers and meanings.

    On a narrow terminal, each meaning stands below its numbers.
    """
    width = shutil.get_terminal_size((WIDTH, 0)).columns
    if _room_for_meaning(head, rows, width) >= LEAST_ROOM:
        return _drawn(head, rows, width)
    first, *lines = _drawn(head[:-1], [row[:-1] for row in rows], UNCUT).splitlines()
    told = [first]
    for line, row in zip(lines, rows, strict=True):
        told += [line, textwrap.indent(textwrap.fill(row[-1], width - 6), " " * 6)]
    return "\n".join(told)


def told(numbers: Mapping[str, Any]) -> str:
    """Numbers by name for the terminal, one per line, and each list of records as a table below."""
    lines, tables = [], []
    for name, value in numbers.items():
        if not isinstance(value, list):
            lines.append(f"  {name:34} {_plain(value)}")
        elif value:
            tables.append(_records(value))
    return "\n\n".join(["\n".join(lines), *tables])


def _records(rows):
    """A table of dicts with equal keys, one per line."""
    return _drawn(
        list(rows[0]), [list(map(_plain, row.values())) for row in rows], UNCUT
    )


def _plain(value):
    return str(value) if isinstance(value, int | str) else number(value)


def _room_for_meaning(head, rows, width):
    columns = list(zip(head, *rows, strict=True))[:-1]
    taken = sum(GAP + max(map(len, column)) for column in columns)
    return width - taken - GAP


def _drawn(head, rows, width):
    drawn = Table(box=None, padding=(0, 0, 0, GAP), collapse_padding=True)
    for place, name in enumerate(head):
        words = place == 0 or name == MEANING
        drawn.add_column(
            name, justify="left" if words else "right", no_wrap=name != MEANING
        )
    for row in rows:
        drawn.add_row(*map(Text, row))
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(drawn)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def number(value: float | None) -> str:
    """Four significant digits; a dash where there is no number."""
    return "–" if value is None else f"{value:.4g}"


def markdown(evaluations: Mapping[str, Mapping[str, Any]]) -> str:
    """A Markdown table of several evaluations by name: one row per metric, one column per run."""
    logged = dict.fromkeys(CATALOGUE)
    for evaluation in evaluations.values():
        logged |= dict.fromkeys(evaluation["scores"])
    rows = []
    for name in logged:
        if _scores(name, evaluations):
            rows.append(_compared(name, evaluations))
    return _pipes(["metric", *evaluations, "real", "baseline"], rows)


def overview(
    evaluations: Mapping[str, Mapping[str, Any]], seconds: Mapping[str, float]
) -> str:
    """A Markdown table of the main metrics: one row per run.

    ``seconds`` are those of an epoch of its training, by the name of the run.
    """
    rows = []
    for name, evaluation in evaluations.items():
        spent = str(evaluation["epochs"]), f"{seconds[name]:.0f}"
        rows.append([name, *spent, *_told(evaluation)])
    for part in ("real", "baseline"):
        shared = [_shared(name, part, evaluations) for name in OVERVIEW]
        rows.append([part, "–", "–", *shared])
    titles = []
    for name in OVERVIEW:
        titles.append(name.replace("_", " ") + judged(*_scores(name, evaluations)))
    return _pipes(["", "epochs", "s per epoch", *titles], rows)


def _told(evaluation):
    scores = evaluation["scores"]
    return [
        number(scores[name]["value"]) if name in scores else "–" for name in OVERVIEW
    ]


def _pipes(header, rows):
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _compared(name, evaluations):
    fact = {"likelihood": "pixels", "samples": "features"}.get(metric(name).group)
    measured = [each for each in evaluations.values() if name in each["scores"]]
    apart = fact if len({each.get(fact) for each in measured}) > 1 else None
    cells = [_cell(evaluation, name, apart) for evaluation in evaluations.values()]
    title = name + judged(*_scores(name, evaluations))
    real = _shared(name, "real", evaluations)
    baseline = _shared(name, "baseline", evaluations)
    return [title, *cells, real, baseline]


def _cell(evaluation, name, apart):
    score = evaluation["scores"].get(name)
    if score is None:
        return "–"
    ratio = "" if score["ratio"] is None else f"{number(score['ratio'])}×"
    if (
        apart == "features"
    ):  # of different networks, only ratios to the reference are comparable
        return ratio or "–"
    return (
        number(score["value"])
        + _interval(score)
        + f" ({ratio})" * bool(ratio)
        + (f" {evaluation['pixels']}" if apart else "")
    )


def _scores(name, evaluations):
    every = column_of(evaluations.values(), "scores")
    return [scores[name] for scores in every if name in scores]


def _shared(name, part, evaluations):
    # It differs if the pixels or the features differ.
    values = set(column_of(_scores(name, evaluations), part))
    return number(values.pop()) if len(values) == 1 else "–"


def as_csv(evaluations: Mapping[str, Mapping[str, Any]]) -> str:
    """One line per run and metric: the score, or the reason why there is none."""
    text = io.StringIO()
    fields = [
        "run",
        "metric",
        "pixels",
        "value",
        "low",
        "high",
        "real",
        "ratio",
        "baseline",
        "judge",
        "left_out",
    ]
    writer = csv.DictWriter(text, fields, lineterminator="\n")
    writer.writeheader()
    for run, evaluation in evaluations.items():
        for name, score in evaluation["scores"].items():
            pixels = (
                evaluation["pixels"] if metric(name).group == "likelihood" else None
            )
            writer.writerow({"run": run, "metric": name, "pixels": pixels, **score})
        for name, why in evaluation["left_out"].items():
            writer.writerow({"run": run, "metric": name, "left_out": why})
    return text.getvalue()
