"""Pictures show values of every class, whatever the order of the values."""

from types import SimpleNamespace

import numpy as np
import pytest

from kgen.data import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.fields import Image, Label, Vector
from kgen.plots import Differences
from kgen.tasks import regress, segment
from kgen.tasks.generate import samples_panel
from kgen.tasks.reconstruct import pairs
from kgen.tasks.translate import translations
from tests.conftest import tiny


def in_order(field, classes, each):
    """A split in class order; each value is its class number divided by the number of classes."""
    labels = np.repeat(np.arange(classes), each).astype("int32")
    values = (labels / classes).reshape(-1, *(1 for _ in field.shape)) * np.ones(
        field.shape
    )
    return Split(
        {"x": values.astype("float32"), "y": labels}, {"x": field, "y": Label(classes)}
    )


@pytest.mark.parametrize(("rows", "classes"), [(1, 3), (3, 3), (3, 30), (1, 10)])
def test_reconstructions_are_of_every_class(rows, classes):
    field = Image((8, 8, 1))
    cells = pairs(
        tiny("vae", {"x": field, "y": Label(classes)}),
        in_order(field, classes, 40),
        rows,
        "",
    )
    real = cells.values[::2, :, 0, 0, 0].ravel()
    assert len(np.unique(real)) == classes and cells.values.shape[:2] == (2 * rows, 10)


@pytest.mark.parametrize("size", [1, 2])
def test_clouds_and_histograms_are_of_every_class(size):
    field = Vector((size,))
    split = in_order(field, 3, 1000)
    real = samples_panel(tiny("gan", {"x": field}), split, 1, 0).real
    assert [
        round(float(np.mean(real[:, 0] == value)), 2) for value in np.unique(real)
    ] == [
        0.33,
        0.33,
        0.33,
    ]


def test_a_class_in_no_mask_and_numbers_that_are_all_the_same_have_no_number():
    assert segment._with_interval(np.full((3, 1), np.nan), None) == "in no mask"
    numbers = np.full(3, 40.0)
    data = SimpleNamespace(test={"y": numbers}, validation={"x": None, "y": numbers})
    model = SimpleNamespace(estimate=lambda x: numbers + 1.0)
    (panel,) = regress._residuals(model, data, numbers + 1.0, "years")
    assert "all numbers are the same" in panel.title and (panel.errors == 1.0).all()


def of_domains(**fields):
    """Ten values of each of several domains, all 0.25."""
    domains = {}
    for name, field in fields.items():
        values = np.full((10, *field.shape), 0.25, "float32")
        domains[name] = Split({name: values}, {name: field})
    return UnpairedSplit(domains)


def test_what_a_translation_changes_is_drawn_where_both_domains_are_of_a_kind():
    grey, colour = Image((8, 8, 1)), Image((8, 8, 3))
    alike = {"a": grey, "b": grey}
    model = tiny("va-gan", alike)
    *_, change = translations(model, of_domains(**alike), "a", "b")
    made = model.translate(np.full((10, 8, 8, 1), 0.25, "float32"), "b")
    np.testing.assert_allclose(change.values, made - 0.25, atol=1e-6)
    assert change.title == "as b minus a"
    other = {"a": grey, "b": colour}
    model = tiny("cycle-gan", other, identity_weight=0.0)
    panels = translations(model, of_domains(**other), "a", "b")
    assert not any(isinstance(panel, Differences) for panel in panels)
