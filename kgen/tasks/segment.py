from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import Segments
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.subjects import SUBJECT
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.metrics import Evidence, Unmeasurable, interval
from kgen.metrics.look_ups import BrightnessClasses
from kgen.metrics.mask_pairs import (
    dice,
    hausdorff,
    jaccard,
    mean_over_classes,
    surface_distance,
)
from kgen.plots import Cells, stacked
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.study import Study, units_of
from kgen.tasks.task import Evidences, Task
from kgen.types import Array, Arrays

COLUMNS = 8


class Segment(Task):
    """Predicts the class of every point of a value."""

    needs = Segments
    lacking = "it has no network that tells the class of every point"
    groups = ("segmentations",)
    files = {
        "test_segmentations.png": "test values, their masks as found and as they are, "
        "Dice of each class"
    }

    def reason(self, model: GenerativeModel, data: Data) -> str | None:
        reason = super().reason(model, data)
        return reason or (
            None if model.segments else "it was trained on images and not on masks"
        )

    def panels(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[Panel]:
        return segmentations(model, split.examples(COLUMNS))

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        truth = data.test["y"]
        found = masks(model, data.test["x"])
        title = _told(found, truth, model.fields["y"], data.test.facts.get(SUBJECT))
        panels = segmentations(model, data.test.examples(COLUMNS), title)
        return {"test_segmentations.png": stacked(panels, dpi=150)}

    def evidence(self, study: Study) -> Evidences:
        test, train = study.test, study.train
        own = _evidence(study, lambda: masks(study.model, test["x"]))
        if test["x"].shape[-1] != 1:
            return own, None, None
        brightness = BrightnessClasses(train["x"], train["y"])
        return own, None, _evidence(study, lambda: brightness(test["x"]))

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._gives_classes, model, values)

    @staticmethod
    def _gives_classes(model, values):
        found = masks(model, values["x"])
        assert found.shape == values["y"].shape
        model.fields["y"].check(found, "y")


def masks(model: GenerativeModel, x: Array) -> Array:
    """The masks that the model predicts, in the numbers of its classes, (n, …, 1)."""
    return np.asarray(model.fields["y"].values)[model.segment(x)][..., None]


def segmentations(
    model: GenerativeModel,
    shown: Split | UnpairedSplit,
    title: str = "x, the mask that is found, and the true one",
) -> list[Panel]:
    """Panels of values, their predicted masks and the true ones."""
    found = masks(model, shown["x"])
    return [
        Cells(shown["x"][None], model.fields["x"], title, rows=["x"]),
        Cells(np.stack([found, shown["y"]]), model.fields["y"], rows=["found", "true"]),
    ]


def _evidence(study, segmented):
    """Inputs of the metrics: predicted and true masks, (n, classes) without the background."""
    test = study.test
    classes = study.model.fields["y"].values[1:]
    truth = test["y"][..., 0]
    spacing = study.data.spacing or (1.0,) * (truth.ndim - 1)
    return Evidence(
        found=lambda _: segmented()[..., 0],
        dice=lambda own: dice(own["found"], truth, classes),
        jaccard=lambda own: jaccard(own["found"], truth, classes),
        hausdorff=lambda own: hausdorff(own["found"], truth, classes, spacing),
        surface_distance=lambda own: surface_distance(
            own["found"], truth, classes, spacing
        ),
        **units_of(test),
    )


def _told(found, truth, field, subjects):
    """Dice of every class with its interval."""
    shares = dice(found[..., 0], truth[..., 0], field.values[1:])
    told = []
    for place, number in enumerate(field.values[1:]):
        share = _with_interval(shares[:, [place]], subjects)
        told.append(f"class {number}: {share}")
    return "Dice of " + " · ".join(told)


def _with_interval(shares, subjects):
    if np.isnan(shares).all():
        return "in no mask"
    try:
        low, high = interval(mean_over_classes, (shares,), subjects)
    except Unmeasurable:
        return f"{mean_over_classes(shares):.3f}"
    return f"{mean_over_classes(shares):.3f} ({low:.3f} to {high:.3f})"
