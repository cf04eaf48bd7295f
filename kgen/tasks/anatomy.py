from functools import partial
from typing import Any

import numpy as np

from kgen.abilities import Generates
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.fields import Image
from kgen.metrics import Evidence, Unmeasurable
from kgen.metrics.anatomy import (
    cortical_thickness,
    group_effect,
    ventricle_area,
    ventricles,
)
from kgen.plots import Distributions, Picture, stacked
from kgen.plots.figures import Figure
from kgen.plots.panels import Panel
from kgen.tasks.contrast import pairs
from kgen.tasks.study import Study
from kgen.tasks.task import Evidences, Task
from kgen.types import Array

# per class: slices measured, those in the distributions of the figure, and those shown in it
SAMPLES, DRAWN, SHOWN = 1000, 200, 5
SPLITS = "train", "validation", "test"
MEASURES = {"ventricle": ventricle_area, "thickness": cortical_thickness}
TITLES = {"ventricle": "ventricles, mm²", "thickness": "cortex, mm"}
# Facts of phantoms.
TRUTH = {
    "ventricle": "true_ventricle_area_mm2",
    "thickness": "true_cortical_thickness_mm",
}
# scale and colour of images with marked ventricles
ENLARGED, TINT = 2, np.array([1.0, 0.25, 0.1])


class Anatomy(Task):
    """Generates brains whose ventricles and cortex are as large as real ones, in each class."""

    needs = Generates
    lacking = "it draws no brains"
    groups = ("anatomy",)
    files = {
        "test_anatomy.png": "ventricle area and thickness of the cortex "
        "of real and generated slices, class by class"
    }

    def reason(self, model: GenerativeModel, data: Data) -> str | None:
        reason = super().reason(model, data)
        if reason or data.anatomy == "brain":
            return reason or _unsuited(data)
        return "the data set does not say anatomy=brain, that its images show brains"

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        both = Measured(model, data, DRAWN)
        panels = []
        for name in MEASURES:
            panels += both.panels(name)
        return {"test_anatomy.png": stacked([*panels, both.marked()])}

    def facts(self, study: Study) -> dict[str, Any]:
        return {"anatomy_truth": Measured(study.model, study.data, SAMPLES).agreement()}

    def evidence(self, study: Study) -> Evidences:
        measured = Measured(study.model, study.data, SAMPLES)
        return measured.evidence(), measured.real_evidence()


class Measured:
    """The measures of generated and real slices, per class if the model is conditional.

    Args:
        model: a model that generates slices.
        data: ``kgen.data.Data`` of brains with a known pixel size.
        samples: int, generated slices per class.
    """

    def __init__(self, model: GenerativeModel, data: Data, samples: int):
        self.model, self.data, self.samples = model, data, samples
        self.names = model.fields["y"].class_names if model.label_names else ["all"]
        self._made = Evidence()

    def images(self, part: str) -> list[Array]:
        """The images of each class: the generated ones (``"drawn"``), or those of a named split."""
        return self._made.once(
            part, lambda _: self._drawn() if part == "drawn" else self._real(part)
        )

    def of(self, name: str, part: str) -> list[Array]:
        """A measure of the same images; ``"real"`` means the real images of all splits."""
        return self._made.once((name, part), lambda _: self._measured(name, part))

    def evidence(self) -> Evidence:
        """The inputs of metrics: generated slices beside all real ones."""
        return Evidence(
            **self._parts("drawn", "real", "drawn"),
            pair_changes=lambda _: self._changes(),
        )

    def real_evidence(self) -> Evidence:
        """The same for test slices beside training slices; effects are those of all real slices."""
        return Evidence(**self._parts("test", "train", "real"))

    def panels(self, name: str) -> list[Panel]:
        """The distributions of a measure, one panel per class."""
        panels: list[Panel] = []
        found = zip(
            self.names, self.of(name, "real"), self.of(name, "drawn"), strict=True
        )
        for label, real, drawn in found:
            if len(real):
                panels.append(Distributions(real, drawn, f"{label}: {TITLES[name]}"))
        return panels

    def marked(self) -> Picture:
        """Real slices of each class above generated ones, with coloured ventricles."""
        real, drawn = self.images("train"), self.images("drawn")
        present = [label for label, images in enumerate(real) if len(images)]
        shown = min(SHOWN, *(len(real[label]) for label in present))
        strips = []
        for side in (real, drawn):
            some = [side[label][:shown] for label in present]
            strips.append(self._strip(np.concatenate(some)))
        title = f"real above, generated below; what is counted as ventricle\n{self.agreement()}"
        return Picture(np.concatenate(strips), title.strip())

    def agreement(self) -> str:
        """How well the measures of training slices agree with the truth, if it is known."""
        facts = self.data.train.facts
        known = [(name, facts[fact]) for name, fact in TRUTH.items() if fact in facts]
        return "; ".join(self._agreement(*pair) for pair in known)

    def _agreement(self, name, truth):
        true = np.concatenate(self._by_class(self.data.train, truth))
        found = np.concatenate(self.of(name, "train"))
        together = np.corrcoef(found, true)[0, 1]
        return (
            f"{name.capitalize()} against the truth: r = {together:.3f}, "
            f"bias {found.mean() / true.mean() - 1:+.1%}"
        )

    def _parts(self, own, beside, every):
        parts = {}
        for name in MEASURES:
            parts[name] = partial(self._part, name, own)
            parts[f"real_{name}"] = partial(self._part, name, beside)
            parts[f"every_{name}"] = partial(self._part, name, every)
        return parts

    def _part(self, name, part, _):
        return self.of(name, part)

    def _measured(self, name, part):
        if part == "real":
            splits = [self.of(name, split) for split in SPLITS]
            return [np.concatenate(of_class) for of_class in zip(*splits, strict=True)]
        return [
            MEASURES[name](images, self.data.spacing) for images in self.images(part)
        ]

    def _drawn(self):
        labels = range(len(self.names)) if self.model.label_names else [None]
        return [
            self._comparable(self.model.generate(self.samples, label, seed=label or 0))
            for label in labels
        ]

    def _real(self, split):
        split = getattr(self.data, split)
        return self._by_class(split, split.comparable())

    def _by_class(self, split, values):
        if not self.model.label_names:
            return [values]
        return [values[split.labels == number] for number in range(len(self.names))]

    def _changes(self):
        """Ventricle change per pair; above 0 if its direction is that of the real classes."""
        if len(self.names) < 2:
            raise Unmeasurable(
                "it is told no two classes, so that there are no pairs of one style"
            )
        images = map(self._comparable, pairs(self.model))
        first, second = (ventricle_area(part, self.data.spacing) for part in images)
        return (second - first) * np.sign(group_effect(self.of("ventricle", "real")))

    def _strip(self, images):
        shares = ventricles(images, self.data.spacing)
        coloured = images.repeat(3, axis=-1) * (1 - 0.6 * shares) + 0.6 * shares * TINT
        row = np.concatenate(list(np.clip(coloured, 0, 1)), axis=1)
        return row.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)

    def _comparable(self, values):
        field = self.data.fields["x"]
        return field.comparable(self.model.fields["x"].in_units_of(field, values))


def _unsuited(data):
    x = data.fields["x"]
    if not isinstance(x, Image) or x.shape[-1] != 1:
        return f"slices of one channel are measured, and these are {x}"
    return (
        None
        if data.spacing
        else "the data set does not say pixel=MM, how large a pixel is"
    )
