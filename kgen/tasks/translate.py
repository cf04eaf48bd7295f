from functools import partial

import numpy as np

from kgen.abilities import Translates
from kgen.metrics import Evidence, Unmeasurable, mean_absolute_error, two_sample_accuracy
from kgen.plots import Cells, stacked
from kgen.tasks.task import Task

COLUMNS = 10


class Translate(Task):
    """Makes of a value of one field the value of another, and back where the model goes both ways."""

    needs = Translates
    lacking = "it has no network from one field to another"
    groups = ("translations",)
    files = {"test_translations.png": "test values of each field over their translations"}

    def panels(self, model, split):
        return [translations(model, split, *direction) for direction in model.directions]

    def test_figures(self, model, data):
        panels = [translations(model, data.test, *direction) for direction in model.directions]
        return {"test_translations.png": stacked(panels, dpi=150)}

    def evidence(self, study):
        model, test = study.model, study.seen.test
        pairs = model.directions

        def mean(measured):
            return float(np.mean([measured(*pair) for pair in pairs]))

        own = Evidence(
            cycle_error=lambda _: mean(lambda start, end: _cycle_error(model, test[start], start, end)),
            told_apart=lambda _: mean(lambda start, end: _told(model, end, test, model.translate(test[start], end))),
        )
        real = Evidence(told_apart=lambda _: mean(lambda _, end: _told(model, end, test, study.seen.train[end])))
        return own, real, None

    def contract(self, model, values):
        for start, end in model.directions:
            yield partial(self._gives_values_of_the_field, model, values[start], end)

    @staticmethod
    def _gives_values_of_the_field(model, values, to):
        found = model.translate(values, to)
        assert found.shape == (len(values), *model.fields[to].shape)
        model.fields[to].check(found, to)


def translations(model, split, start, end):
    """Values of a field over their translations, and over the way back where there is one."""
    real = split.examples(COLUMNS)[start]
    rows, names = [real, model.translate(real, end)], [start, f"as {end}"]
    if (end, start) in model.directions:
        rows.append(model.translate(rows[1], start))
        names.append(f"{start} again")
    return Cells(np.stack(rows), model.fields[start], f"{start} to {end}", rows=names)


def _cycle_error(model, values, start, end):
    """How far values are off after the way there and back, a scaled number."""
    if (end, start) not in model.directions:
        raise Unmeasurable("there is no way back")
    again = model.translate(model.translate(values, end), start)
    scaled = model.fields[start].scaled
    return mean_absolute_error(scaled(values), scaled(again))


def _told(model, to, split, candidates):
    """How often candidates are told from real values of the field, as many of each."""
    real = split[to]
    count = min(len(real), len(candidates))
    scaled = model.fields[to].scaled
    return two_sample_accuracy(scaled(real[:count]), scaled(np.asarray(candidates)[:count]))
