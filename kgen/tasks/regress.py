from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import Regresses
from kgen.data.ages import AGE, brackets_of, named
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.subjects import SUBJECT
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.metrics import (
    Evidence,
    Unmeasurable,
    conformal_reach,
    mean_absolute_error,
    ridge_estimates,
    shrinkage,
    stretched,
)
from kgen.plots import Errors, Estimates, Residuals, stacked
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.study import Study, units_of
from kgen.tasks.task import Evidences, Task
from kgen.types import Array, Arrays

CONCEPTS = (
    "c"  # the field of concepts, from which ridge regression can estimate the number
)
PARTS, MOST_GROUPS, MOST_PANELS = 4, 30, 6


class Regress(Task):
    """Estimates a number, such as an age, from a value."""

    needs = Regresses
    lacking = "it has no network that reads a number"
    groups = ("numbers",)
    files = {
        "test_estimates.png": "estimated over true numbers of the test values",
        "test_errors.png": "how far estimates are off in each part of the numbers "
        "and each group of the test values",
        "test_bias.png": "errors over true numbers: the bias towards the mean, "
        "and what its correction leaves",
    }

    def panels(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[Panel]:
        return [estimates(model, split, "validation values")]

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        test, found = data.test, model.estimate(data.test["x"])
        unit = model.fields["y"].unit or ""
        typical = np.median(data.train["y"])
        error = mean_absolute_error(found, test["y"])
        title = f"test values, mean absolute error {error:.3g} {unit}".strip()
        off = found - test["y"], typical - test["y"]
        errors = []
        for by, each in groups_of(test, unit).items():
            errors.append(Errors(*off, each, unit, by))
        return {
            "test_estimates.png": stacked([Estimates(test["y"], found, unit, title)]),
            "test_errors.png": stacked(errors),
            "test_bias.png": stacked(_residuals(model, data, found, unit)),
        }

    def evidence(self, study: Study) -> Evidences:
        test, train = study.test, study.seen.train
        own = _evidence(test, lambda: study.model.estimate(test["x"]))
        own |= {
            "validated": lambda _: study.model.estimate(study.seen.validation["x"]),
            "reach": lambda own: conformal_reach(
                own["validated"], study.seen.validation["y"]
            ),
            "stretched": lambda own: stretched(
                own["estimates"], own["validated"], study.seen.validation["y"]
            ),
            "ridge_estimates": lambda _: _of_concepts(train, test),
        }
        typical = np.median(train["y"])
        return (
            Evidence(**own),
            None,
            Evidence(**_evidence(test, lambda: np.full(len(test), typical))),
        )

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._gives_a_number_each, model, values)

    @staticmethod
    def _gives_a_number_each(model, values):
        found = model.estimate(values["x"])
        assert found.shape == (len(values["x"]),) and np.isfinite(found).all()


def estimates(
    model: GenerativeModel, split: Split | UnpairedSplit, title: str
) -> Estimates:
    """The model's estimates over the true numbers of a split."""
    return Estimates(
        split["y"], model.estimate(split["x"]), model.fields["y"].unit or "", title
    )


def groups_of(split: Split | UnpairedSplit, unit: str) -> dict[str, Array]:
    """Groups of values, a dict from what divides them (number, facts) to the group of each."""
    return {**_parts_of_numbers(split, unit), **_groups_of_facts(split.facts)}


def _parts_of_numbers(split, unit):
    """Ages by bracket; other numbers by quarter."""
    brackets = brackets_of(split.facts)
    if brackets is not None and unit in ("years", "year"):
        return {"age": np.array(list(map(named, brackets)))}
    ends = np.quantile(split["y"], np.linspace(0, 1, PARTS + 1)[1:-1])
    names = ["lowest quarter", "second quarter", "third quarter", "highest quarter"]
    return {"true number": np.array(names)[np.searchsorted(ends, split["y"])]}


def _groups_of_facts(facts):
    """The facts that have a few different values, such as sites and sexes."""
    names = [name for name, values in facts.items() if _are_groups(name, values)]
    return {
        name: np.asarray(facts[name]).astype(str) for name in names[: MOST_PANELS - 1]
    }


def _are_groups(name, values):
    values = np.asarray(values)
    if name in (SUBJECT, AGE) or values.ndim != 1:
        return False
    # Fractions are a measure, not the number of a group.
    if values.dtype.kind == "f" and not np.array_equal(values, np.rint(values)):
        return False
    return 1 < len(np.unique(values)) <= min(MOST_GROUPS, len(values) // 2)


def _residuals(model, data, found, unit):
    """Panels of the errors, and of those corrected for the bias towards the mean if possible."""
    numbers, known = data.test["y"], data.validation
    title = _biased("bias towards the mean", found, numbers)
    try:
        corrected = stretched(found, model.estimate(known["x"]), known["y"])
    except Unmeasurable as reason:
        return [
            Residuals(
                numbers, found - numbers, unit, f"{title}; no correction: {reason}"
            )
        ]
    left = _biased("corrected by the validation values", corrected, numbers)
    return [
        Residuals(numbers, found - numbers, unit, title),
        Residuals(numbers, corrected - numbers, unit, left),
    ]


def _biased(words, found, numbers):
    """Words and the bias towards the mean, or the reason why it has no number."""
    try:
        return f"{words} {shrinkage(found, numbers):.2f}"
    except Unmeasurable as reason:
        return f"{words}: {reason}"


def _of_concepts(train, test):
    """Ridge-regression estimates for the test values from their true concepts."""
    if CONCEPTS not in train.values:
        raise Unmeasurable(f"the data have no concepts, no field {CONCEPTS}")
    return ridge_estimates(train[CONCEPTS], train["y"], test[CONCEPTS])


def _evidence(test, estimated):
    """Inputs of the metrics of numbers; ``units`` are the subjects of the values, if known."""
    return {
        "estimates": lambda _: estimated(),
        "numbers": lambda _: test["y"],
        **units_of(test),
    }
