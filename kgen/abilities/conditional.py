from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from kgen import checks, fields
from kgen.abilities.generates import Generates
from kgen.fields import Field
from kgen.types import Array

SHOWN = 10


class Conditional(Generates):
    """Generates values of a requested class; a page sets ``num_classes``."""

    num_classes: int
    label_names = ("y",)

    @property
    def captions(self) -> Sequence[str]:
        """The names of the classes over the columns of a sheet."""
        return self.fields["y"].class_names[:SHOWN]

    def own_fields(self) -> dict[str, Field]:
        return {**super().own_fields(), "y": fields.Label(self.num_classes)}

    def sheet(
        self,
        rows: int,
        columns: int = SHOWN,
        seed: int | None = 0,
        classes: ArrayLike | None = None,
    ) -> Array:
        shown = self.fields["y"].numbered(
            np.arange(min(columns, self.num_classes)) if classes is None else classes
        )
        # Drawn variable by variable: models of other latent sizes have the first ones in common.
        z = np.random.default_rng(seed).standard_normal((self.latent_dim, rows), dtype="float32").T
        values = self.decode(np.repeat(z, len(shown), axis=0), np.tile(shown, rows))
        return values.reshape(rows, len(shown), *values.shape[1:])

    def labels_of(self, n: int, labels: ArrayLike | None = None) -> Array:
        checks.check_sizes(n=n)
        if labels is None:
            return np.arange(n) % self.num_classes
        field = self.fields["y"]
        labels = (
            np.asarray(field.number(labels)) if isinstance(labels, str) else field.numbered(labels)
        )
        return np.full(n, labels) if labels.ndim == 0 else labels

    def asked(self, labels: Array | None) -> Array | None:
        return labels

    def with_labels(self, y: Array | None = None, **arrays: Array) -> dict[str, Array]:
        if y is None:
            raise ValueError(self._missing("y"))
        y = self.fields["y"].numbered(y)
        self.fields["y"].check(y, "y")
        name, values = next(iter(arrays.items()))
        checks.check_same_length(**{name: values}, y=y)
        return {**arrays, "y": y}
