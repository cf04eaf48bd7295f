from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import cast

import numpy as np

from kgen.abilities import Conditional
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.fields import Field, Image
from kgen.metrics import Evidence, paired_difference
from kgen.plots import Cells, Change, stacked
from kgen.plots.figures import Figure
from kgen.tasks.study import Study
from kgen.tasks.task import Evidences, Task
from kgen.types import Array, Arrays

PAIRS, SHOWN = 100, 8
MOST_CLASSES = 4  # in a figure; the others are compared with the first


class Contrast(Task):
    """Generates one style as two classes: what the class changes, and where it is significant."""

    needs = Conditional
    lacking = "it is not told which class to draw"
    groups = ("pairs",)
    files = {
        "test_pairs.png": "pairs of one style and two classes, their mean difference, "
        "and where it is significant"
    }

    def reason(self, model: GenerativeModel, data: Data) -> str | None:
        reason = super().reason(model, data)
        if reason or (isinstance(data.fields["x"], Image) and len(model.captions) > 1):
            return reason
        return "pairs are compared pixel by pixel, of images of two classes or more"

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        names = model.fields["y"].class_names
        panels = []
        for other in range(1, min(len(names), MOST_CLASSES)):
            panels += _panels(model, names[0], names[other], other)
        return {"test_pairs.png": stacked(panels)}

    def evidence(self, study: Study) -> Evidences:
        return (
            Evidence(
                differences=lambda _: differences(study.model, *pairs(study.model))
            ),
        )

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        if self.reason(model, cast(Data, _Fields(model.fields))) is None:
            yield partial(self._pairs_share_their_latents, model)

    @staticmethod
    def _pairs_share_their_latents(model):
        first, _ = pairs(model, 1, 4)
        again, _ = pairs(model, 1, 4)
        np.testing.assert_array_equal(first, again)


class _Fields:
    """The part of a data set that ``reason`` needs."""

    def __init__(self, fields: Mapping[str, Field]):
        self.fields = fields


def pairs(
    model: GenerativeModel, other: int = 1, count: int = PAIRS, first: int = 0
) -> list[Array]:
    """Images of the first class and of another, (n, …) each; both images of a pair share one z."""
    z = np.random.default_rng(0).standard_normal(
        (count, model.latent_dim), dtype="float32"
    )
    return [model.decode(z, np.full(count, label, "int32")) for label in (first, other)]


def differences(model: GenerativeModel, first: Array, other: Array) -> Array:
    """The second of each pair minus the first, in the units in which images are compared."""
    comparable = model.fields["x"].comparable
    return comparable(other) - comparable(first)


def _panels(model, name, other_name, other):
    first, second = pairs(model, other)
    found = paired_difference(differences(model, first, second))
    title = f"one style per column: {name} above, {other_name} below"
    share = f"{found.significant.mean():.1%} of the pixels differ by more than chance"
    cells = Cells(np.stack([first[:SHOWN], second[:SHOWN]]), model.fields["x"], title)
    return cells, Change(
        found.mean,
        found.significant,
        f"{other_name} minus {name}, {PAIRS} pairs; {share}",
    )
