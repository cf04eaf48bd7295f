from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kgen import interpret
from kgen.abilities import Explains
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.fields import Grid
from kgen.metrics import Evidence
from kgen.plots.figures import Figure
from kgen.tasks.study import Study, chosen, some
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays

# Values in the figure, in the deletion and insertion areas, and occluded patch by patch.
SHOWN, MEASURED, COVERED = 5, 32, 8
DRAWS = 4  # random networks


class Explain(Task):
    """Shows which parts of a value led to the answer, and whether the maps can be trusted."""

    needs = Explains
    lacking = (
        "it has no answer, of classes or a number, that could be led back to a value"
    )
    groups = ("explanations",)
    files = {
        "test_explanations.png": "what within test values speaks for the model's answer, "
        "by several methods",
        "test_mean_map.png": "where the model looks on average, over the mean of the test values",
    }

    def reason(self, model: GenerativeModel, data: Data) -> str | None:
        if not isinstance(model, self.needs):
            return self.lacking
        on_grid = isinstance(model.fields["x"], Grid)
        return (
            None
            if on_grid
            else "Grad-CAM is made of maps, and its values are no images, volumes or curves"
        )

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        x = of_each_class(data.test, SHOWN)["x"]
        looked_at = some(data.test, MEASURED)["x"]
        return {
            "test_explanations.png": interpret.compared(model, x),
            "test_mean_map.png": interpret.mean_map(model, looked_at),
        }

    def evidence(self, study: Study) -> Evidences:
        model, x = study.model, some(study.test, MEASURED)["x"]
        own = _parts(model, x, lambda: interpret.grad_cam(model, x))
        own["forgetting"] = lambda _: _forgotten(model, x)
        random = _parts(model, x, lambda: np.random.default_rng(0).random(_sides(x)))
        return Evidence(**own), None, Evidence(**random)

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._every_map_has_the_sides_of_the_values, model, values)

    @staticmethod
    def _every_map_has_the_sides_of_the_values(model, values):
        x = values["x"]
        for maps in interpret.maps_of(model, x).values():
            assert maps.shape[: len(_sides(x))] == _sides(x) and np.isfinite(maps).all()


def of_each_class(split: Split | UnpairedSplit, count: int) -> Split | UnpairedSplit:
    """The first ``count`` values of a split; with classes, the first value of each class."""
    labels = split.labels
    first = (
        np.arange(len(split))
        if labels is None
        else np.unique(labels, return_index=True)[1]
    )
    return split.subset(np.sort(first[:count]))


def _parts(model, x, maps):
    """Inputs of the metrics of maps; ``maps`` computes them on first use."""
    part = chosen(len(x), COVERED)
    return {
        "maps": lambda _: maps(),
        "deletion": lambda own: interpret.deletion(model, x, own["maps"]).mean(),
        "insertion": lambda own: interpret.insertion(model, x, own["maps"]).mean(),
        "some_maps": lambda own: own["maps"][part],
        "covered": lambda _: interpret.covered(model, x[part]),
    }


def _forgotten(model, x):
    """Similarity of Grad-CAM of the model to that of the model with random weights."""
    unrectified = partial(interpret.grad_cam, rectified=False)
    return interpret.cascade(model, x, unrectified, draws=DRAWS, full=True)[
        -1
    ].similarity


def _sides(x):
    return x.shape[:-1]
