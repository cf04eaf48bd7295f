"""What every model guarantees, for each kind of field it takes and each task that applies."""

import functools

import numpy as np
import pytest

from kgen import fields, plots, tasks
from kgen.data import Data
from kgen.engine.accepts import refusal
from kgen.metrics.catalogue import of_groups
from kgen.models import MODELS
from kgen.tasks.study import Settings, Study
from tests.conftest import ABLE, CLASSES, tiny
from tests.fields.kinds import COUNT, SQUARE, VALUES, stands, values_of

LABELS = np.arange(COUNT) % CLASSES
AGES = np.linspace(20.0, 80.0, COUNT)
# Their features need a classifier, which takes minutes to train; evaluation tests measure them.
JUDGED = {"samples", "use", "classes"}


def candidates(kind, name="vae"):
    """Data of a kind as the models may want them: with classes, with numbers, or in two domains."""
    values = values_of(kind, name)
    field = fields.kind(kind).of(values, "x")
    label = fields.kind("label").of(LABELS, "y")
    number = fields.kind("number").of(AGES, "y", "years")
    yield Data.from_arrays(
        "labelled", {"x": values, "y": LABELS}, {"x": field, "y": label}
    )
    pairs = {"x": values, "after": values[::-1], "y": LABELS}
    yield Data.from_arrays("pairs", pairs, {"x": field, "after": field, "y": label})
    c = np.stack([AGES, np.sqrt(AGES)], axis=1)
    concepts = fields.kind("vector").of(c, "c")
    yield Data.from_arrays(
        "aged",
        {"x": values, "c": c, "y": AGES},
        {"x": field, "c": concepts, "y": number},
    )
    yield Data.from_domains(
        "domains", {"a": values, "b": values}, {"a": field, "b": field}
    )
    yield Data.from_arrays(
        "paired", {"x": values, "y": values}, {"x": field, "y": field}
    )
    if len(field.shape) > 2:
        masks = np.random.default_rng(1).integers(0, 3, (COUNT, *field.shape[:-1]))
        yield Data.from_arrays(
            "masked",
            {"x": values, "y": masks},
            {"x": field, "y": fields.Mask.of(masks, "y")},
        )


def taken(name, kind):
    """The first of these data that a model takes, or ``None``."""
    cls = MODELS[name].load()
    return next(
        (data for data in candidates(kind, name) if not refusal(cls, data.fields)), None
    )


SUBJECTS = [
    (name, kind)
    for name in MODELS
    for kind in VALUES
    if stands(name, kind) and taken(name, kind)
]


@functools.cache
def made(name, kind):
    """A small model and the data that it takes, for all tests that ask it without training it."""
    data = taken(name, kind)
    return tiny(name, data.fields), data


def case(name, kind):
    """A model and a kind; one whose abilities are another's is asked of images only."""
    marks = [] if name in ABLE or kind == "image" else pytest.mark.slow
    return pytest.param((name, kind), marks=marks, id=f"{name}-{kind}")


CASES = [case(name, kind) for name, kind in SUBJECTS]


@pytest.fixture(params=CASES)
def subject(request):
    """A small model and the data that it takes."""
    return made(*request.param)


def test_every_model_takes_images_and_all_but_those_of_squares_volumes():
    expected = {(name, "image") for name in MODELS}
    assert expected | {(name, "volume") for name in set(MODELS) - SQUARE} <= set(
        SUBJECTS
    )


def test_every_task_that_applies_keeps_its_contract(subject):
    model, data = subject
    part = data.train.subset(np.arange(6))
    values = {name: part[name] for name in data.fields}
    applying = tasks.applying(model, data)
    assert applying
    for task in applying:
        for check in task.contract(model, values):
            check()


def test_every_task_that_applies_is_drawn_and_watched(subject):
    model, data = subject
    for task in tasks.applying(model, data):
        panels = task.panels(model, data.validation.examples(4))
        assert not panels or len(plots.stacked(panels).axes) >= len(panels)
        diagnostics = task.diagnose(model, data.validation, {"loss": 1.0})
        assert all(np.isfinite(value) for value in diagnostics.values())
        found = {**task.figures(model, data), **task.test_figures(model, data)}
        assert set(found) == set(task.files)


def test_every_task_that_applies_measures_what_it_announces(subject):
    model, data = subject
    for task in tasks.applying(model, data):
        names = of_groups(set(task.groups) - JUDGED)
        scores = task.measure(
            Study(model, data, settings=Settings(latents=2, metrics=tuple(names)))
        )
        assert set(scores) == set(names)
        assert all(
            isinstance(score, str) or np.isfinite(score.value)
            for score in scores.values()
        )


def test_a_task_that_does_not_apply_says_why():
    data = next(candidates("vector"))
    model = tiny("vae", data.fields)
    assert tasks.load("classify").reason(model, data) == "it has no classifier"
    with pytest.raises(
        ValueError,
        match="VAE on labelled cannot regress: it has no network that reads a number",
    ):
        tasks.named("regress", model, data)
    with pytest.raises(ValueError, match="Unknown task 'regres'. Did you mean regress"):
        tasks.named("regres", model, data)
