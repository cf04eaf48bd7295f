from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen.abilities import Perturbs
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.metrics import Evidence
from kgen.metrics.changes import mean_change, ridge
from kgen.plots import Moves, stacked
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.study import Study
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays

SHOWN = 60  # arrows in a figure


class Treat(Task):
    """Predicts the value after a treatment from the value before it."""

    needs = Perturbs
    lacking = "it knows no treatment"
    groups = ("changes",)
    files = {
        "test_moves.png": "latents of test values before the treatment, and where it takes them"
    }

    def panels(
        self, model: GenerativeModel, split: Split | UnpairedSplit
    ) -> list[Panel]:
        return [moves(model, split)]

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        return {"test_moves.png": stacked([moves(model, data.test)], dpi=150)}

    def evidence(self, study: Study) -> Evidences:
        model, test, train = study.model, study.test, study.seen.train
        scaled = model.fields["x"].scaled
        start, end = scaled(train["x"]), scaled(train["after"])
        before = scaled(test["x"])
        known = Evidence(
            before=lambda _: before, after=lambda _: scaled(test["after"]),
            foreseen=lambda _: scaled(model.translate(test["x"], "after")),
            change=lambda own: own["foreseen"] - before,
            real_change=lambda own: own["after"] - before,
            of_mean=lambda _: mean_change(start, end, before),
            change_of_mean=lambda own: own["of_mean"] - before,
            of_ridge=lambda _: ridge(start, end, before),
            change_of_ridge=lambda own: own["of_ridge"] - before,
        )  # fmt: skip
        return known, None, None

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._moves_latents, model, values)

    @staticmethod
    def _moves_latents(model, values):
        latents = model.latents(values["x"])
        assert model.move(latents).shape == latents.shape
        foreseen = model.translate(values["x"], "after")
        np.testing.assert_allclose(
            model.decode(model.move(latents)), foreseen, rtol=1e-4, atol=1e-4
        )


def moves(model: GenerativeModel, split: Split | UnpairedSplit) -> Moves:
    """Latents before and after the treatment, with arrows to where the model predicts them."""
    part = split.examples(min(SHOWN, len(split)))
    before, after = model.latents(part["x"]), model.latents(part["after"])
    plane, moved = _plane(before, after), model.move(before)
    title = "along the mean change, across it"
    return Moves(before @ plane, after @ plane, moved @ plane, title)


def _plane(before, after):
    """Two latent axes, (latent_dim, 1 or 2): the mean change, and the most variation across it."""
    change = (after - before).mean(axis=0)
    along = change / max(np.linalg.norm(change), np.finfo("float32").tiny)
    rest = before - before.mean(axis=0)
    across = np.linalg.svd(rest - np.outer(rest @ along, along))[2][:1]
    return np.concatenate([along[None], across])[: before.shape[1]].T
