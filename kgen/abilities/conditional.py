from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from kgen import checks
from kgen.abilities.generates import Generates, Labels
from kgen.fields import Field, Label
from kgen.types import Array

SHOWN = 10


class Conditional(Generates):
    """Generates values of a requested class; a page sets ``num_classes``."""

    num_classes: int
    label_names = ("y",)

    @property
    def captions(self) -> Sequence[str]:
        """The names of the classes over the columns of a sheet."""
        return self._classes.class_names[:SHOWN]

    def own_fields(self) -> dict[str, Field]:
        return {**super().own_fields(), "y": Label(self.num_classes)}

    def sheet(
        self,
        rows: int,
        columns: int = SHOWN,
        seed: int | None = 0,
        classes: ArrayLike | None = None,
    ) -> Array:
        shown = self._classes.numbered(
            np.arange(min(columns, self.num_classes)) if classes is None else classes
        )
        # Drawn variable by variable: models of other latent sizes have the first ones in common.
        z = (
            np.random.default_rng(seed)
            .standard_normal((self.latent_dim, rows), dtype="float32")
            .T
        )
        values = self.decode(np.repeat(z, len(shown), axis=0), np.tile(shown, rows))
        return values.reshape(rows, len(shown), *values.shape[1:])

    def labels_of(self, n: int, labels: ArrayLike | None = None) -> Array:
        checks.check_sizes(n=n)
        if labels is None:
            return np.arange(n) % self.num_classes
        field = self._classes
        numbers = (
            np.asarray(field.number(labels))
            if isinstance(labels, str)
            else field.numbered(labels)
        )
        return np.full(n, numbers) if numbers.ndim == 0 else numbers

    def asked(self, labels: Labels) -> Labels:
        return labels

    def with_labels(self, y: Array | None = None, **arrays: Array) -> dict[str, Array]:
        if y is None:
            raise ValueError(self._missing("y"))
        y = self._classes.numbered(y)
        self._classes.check(y, "y")
        name, values = next(iter(arrays.items()))
        checks.check_same_length(**{name: values}, y=y)
        return {**arrays, "y": y}

    @property
    def _classes(self) -> Label:
        return cast(Label, self.fields["y"])
