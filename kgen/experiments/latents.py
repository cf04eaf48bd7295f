from functools import cached_property

import numpy as np

from kgen import checks, latent, tasks
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.fields import Image
from kgen.latent.concept import LEAST
from kgen.tasks.study import some
from kgen.types import Array


class Latents:
    """The latents of test values: their active units, known concepts, and maps in two dimensions.

    Args:
        model: a model that generates; without an encoder there are no latents.
        data: ``kgen.data.Data``; values of its test split are shown.
        count: int, test values that are encoded, drawn at random.

    Raises:
        ValueError: if the model does not generate.

    Example:
        >>> latents = Latents(model, dataset, 300)
        >>> latents.units[0], latents.known[0].accuracy, latents.plane("pca")
    """

    def __init__(self, model: GenerativeModel, data: Data, count: int):
        checks.check_sizes(count=count)
        tasks.named("generate", model, data)
        self.model, self.data = model, data
        self.test = some(data.test, count)
        self.field = model.fields["x"]
        self._planes: dict[str, Array] = {}

    @cached_property
    def latents(self) -> Array:
        """The latents of the test values."""
        return self.model.latents(self.test["x"], self._asked(slice(None)))

    @cached_property
    def known(self) -> list[latent.Concept]:
        """A concept per image attribute that enough test values show and enough do not."""
        shown = self._shown().items()
        return [
            latent.Concept.of_classifier(name, self.latents, has) for name, has in shown
        ]

    @cached_property
    def activity(self) -> Array | None:
        """The activity of each unit, or ``None`` if the model has no encoder."""
        return (
            self.model.activity(self.test["x"], self._asked(slice(None)))
            if self.encodes
            else None
        )

    @cached_property
    def units(self) -> Array:
        """The units, the most active first; without an encoder in their order."""
        return (
            np.arange(self.model.latent_dim)
            if self.activity is None
            else latent.most_active(self.activity)
        )

    @property
    def encodes(self) -> bool:
        """Whether the model encodes values as latents."""
        return self.lacking is None

    @cached_property
    def lacking(self) -> str | None:
        """Why the model has no latents of values, or ``None`` if it has."""
        return tasks.load("latent").reason(self.model, self.data)

    def plane(self, name: str) -> Array:
        """The latents in two dimensions, computed once per projection."""
        checks.check_known("projection", name, latent.PROJECTIONS)
        if not self.encodes:
            raise ValueError(
                f"{type(self.model).__name__} has nothing to show on a plane: {self.lacking}."
            )
        if name not in self._planes:
            print(f"Drawing the map {name} of {len(self.latents)} latents", flush=True)
            self._planes[name] = latent.PROJECTIONS[name](self.latents)
        return self._planes[name]

    def _shown(self):
        """For each concept, whether each test value has it: 1, 0, or NaN if in between."""
        if not isinstance(self.field, Image):
            return {}
        pictures = self.field.comparable(self.test["x"])
        shown = {}
        for name, measure in latent.ATTRIBUTES.items():
            has = latent.outer_thirds(measure(pictures))
            if min(np.sum(has == 1), np.sum(has == 0)) >= LEAST:
                shown[name] = has
        return shown

    def _asked(self, chosen):
        labels = self.model.asked(self.test.labels)
        return None if labels is None else labels[chosen]
