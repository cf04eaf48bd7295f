from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import Translates
from kgen.data.data import Data
from kgen.data.scans.framing import head_in
from kgen.data.split import Split
from kgen.data.subjects import SUBJECT
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.fields import Image, Mask
from kgen.metrics import (
    Evidence,
    Unmeasurable,
    mean_absolute_error,
    two_sample_accuracy,
)
from kgen.metrics.image_pairs import (
    absolute_errors,
    signal_to_noise,
    structural_similarity,
)
from kgen.metrics.look_ups import HistogramMatching
from kgen.plots import Cells, Differences, stacked
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.study import Study
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays

COLUMNS = 10
GRIDS = 3, 4  # axes of a value, channels included, for which a difference can be drawn


class Translate(Task):
    """Translates values of one field into another, and back if the model has both directions."""

    needs = Translates
    lacking = "it has no network from one field to another"
    groups = ("translations",)
    files = {
        "test_translations.png": "test values of each field, their translations "
        "and the truth of pairs or, of two domains, what has changed"
    }

    def panels(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[Panel]:
        panels = []
        for direction in model.directions:
            panels += translations(model, split, *direction)
        return panels

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        return {
            "test_translations.png": stacked(self.panels(model, data.test), dpi=150)
        }

    def evidence(self, study: Study) -> Evidences:
        model, test = study.model, study.seen.test
        pairs = model.directions

        def mean(measured):
            return float(np.mean([measured(*pair) for pair in pairs]))

        own = Evidence(
            cycle_error=lambda _: mean(
                lambda start, end: _cycle_error(model, test[start], start, end)
            ),
            told_apart=lambda _: mean(
                lambda start, end: _told(
                    model, end, test, model.translate(test[start], end)
                )
            ),
            **_of_truth(study, lambda x: model.translate(x, pairs[0][1])),
        )
        real = Evidence(
            told_apart=lambda _: mean(
                lambda _, end: _told(model, end, test, study.seen.train[end])
            )
        )
        return own, real, _baseline(study)

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        for start, end in model.directions:
            yield partial(self._gives_values_of_the_field, model, values[start], end)

    @staticmethod
    def _gives_values_of_the_field(model, values, to):
        found = model.translate(values, to)
        assert len(found) == len(values)
        model.fields[to].check(model.fields[to].rounded(found), to)


def translations(
    model: GenerativeModel, split: Split | UnpairedSplit, start: str, end: str
) -> list[Panel]:
    """Panels of values, their translations, the way back if any, and the truth of pairs."""
    shown = split.examples(COLUMNS)
    real, field = shown[start], model.fields[end]
    made = model.translate(real, end)
    rows, names = [made], [f"as {end}"]
    if has_truth(split, end):
        rows, names = [made, shown[end]], [f"as {end}", f"true {end}"]
    panels: list[Panel] = [
        Cells(real[None], model.fields[start], f"{start} to {end}", rows=[start]),
        Cells(np.stack(rows), field, rows=names),
    ]
    if (end, start) in model.directions:
        again = model.translate(made, start)[None]
        panels.append(Cells(again, model.fields[start], rows=[f"{start} again"]))
    other = _compared(model, split, start, end)
    if other:
        difference = np.subtract(made, shown[other], dtype="float64")
        told = f"true {end}" if other == end else start
        panels.append(Differences(difference, field, f"as {end} minus {told}"))
    return panels


def _compared(model, split, start, end):
    """The field that translations are subtracted from: the truth, or an input of the same kind."""
    if len(model.fields[end].shape) not in GRIDS:
        return None
    if has_truth(split, end):
        return end
    return start if model.keeps_kind(end) else None


def has_truth(split: Split | UnpairedSplit, end: str) -> bool:
    """Whether each value of a split has its partner in another field."""
    return isinstance(split, Split) and end in split.values


def _of_truth(study, translate):
    """Inputs of the metrics of translations beside the truth, one number per value."""
    start, end = study.model.directions[0]
    field = study.model.fields[end]

    def compared(own, measure, *more):
        if not has_truth(study.seen.test, end):
            raise Unmeasurable("no value has its true translation beside it")
        if isinstance(field, Mask) or len(field.shape) not in GRIDS:
            raise Unmeasurable(f"images and volumes have it, and {end} is {field}")
        return measure(own["translated"], study.test[end], *more)

    facts = study.seen.test.facts
    units = {"units": lambda _: study.test.facts[SUBJECT]} if SUBJECT in facts else {}
    return {
        "translated": lambda _: translate(study.test[start]),
        "absolute_errors": lambda own: compared(
            own, absolute_errors, _inside(study, start)
        ),
        "noise": lambda own: compared(own, signal_to_noise, _span(field)),
        "similarity": lambda own: compared(own, structural_similarity, _span(field)),
        **units,
    }


def _span(field):
    return np.subtract(field.high, field.low)


def _inside(study, start):
    """Where the head is in scans; ``None``, meaning everywhere, for other images."""
    if study.data.spacing is None or not has_truth(study.seen.test, start):
        return None
    return np.stack([head_in(value[..., 0])[..., None] for value in study.test[start]])


def _baseline(study):
    """The baseline of brightness alone: histogram matching from x to y."""
    start, end = study.model.directions[0]
    if not isinstance(study.data.fields[start], Image) or not has_truth(
        study.seen.test, end
    ):
        return None
    train = study.train
    parts = _of_truth(study, lambda x: HistogramMatching(train[start], train[end])(x))
    return Evidence(**parts) if train[start].shape[-1] == train[end].shape[-1] else None


def _cycle_error(model, values, start, end):
    """The mean absolute error of values after translation there and back, scaled."""
    if (end, start) not in model.directions:
        raise Unmeasurable("there is no way back")
    again = model.translate(model.translate(values, end), start)
    scaled = model.fields[start].scaled
    return mean_absolute_error(scaled(values), scaled(again))


def _told(model, to, split, candidates):
    """How often candidates are told from real values of the field, with as many of each."""
    real = split[to]
    count = min(len(real), len(candidates))
    scaled = model.fields[to].scaled
    return two_sample_accuracy(
        scaled(real[:count]), scaled(np.asarray(candidates)[:count])
    )
