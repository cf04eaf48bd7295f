import random
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Self, TypeVar

import keras
import numpy as np
from numpy.typing import ArrayLike

from kgen import checks, fields
from kgen.abilities.ability import Ability
from kgen.engine.accepts import taken, wanted
from kgen.fields import Field
from kgen.types import Array, Shape, Tensor

Labels = TypeVar("Labels")


class Generates(Ability):
    """Draws values of the field x from latents z ~ N(0, I).

    A page sets ``generator``, the network whose inputs are latents and whose outputs have the shape
    of one value, and writes ``draw``.

    Example:
        >>> from kgen.engine import GenerativeModel
        >>> class Flow(Generates, GenerativeModel):
        ...     def draw(self, z):
        ...         return self.generator(z, training=False)
    """

    generator: keras.Model
    span = (-1.0, 1.0)
    captions: Sequence[str] = ()  # over the columns of a sheet
    # The fields of labels that it takes beside latents or a value.
    label_names: tuple[str, ...] = ()

    @abstractmethod
    def draw(self, *latents: Tensor) -> Tensor:
        """The scaled values of latents z (n, latent_dim), with labels (n,) if any; tensors."""

    @property
    def shape(self) -> Shape:
        """The shape of one value."""
        return tuple(self.generator.outputs[0].shape[1:])

    @property
    def latent_dim(self) -> int:
        """The number of latents."""
        return self.generator.inputs[0].shape[-1]

    def own_fields(self) -> dict[str, Field]:
        """The fields of values that lie in ``span`` already."""
        return {"x": fields.of_shape(self.shape, self.span)}

    def decode(self, z: Array, y: Array | None = None) -> Array:
        """The value of each row of latents."""
        self.check_latents(z)
        return self.in_batches(self._decoded, **self.with_labels(z=z, y=y))

    def check_latents(self, z: ArrayLike, name: str = "z") -> None:
        """Raises unless latents are finite numbers of shape (n, latent_dim)."""
        z = np.asarray(z)
        if z.ndim != 2 or z.shape[1] != self.latent_dim:
            raise ValueError(
                f"{name} has the shape {z.shape}; latents of {type(self).__name__} have the shape "
                f"(n, {self.latent_dim})."
            )
        if not np.isfinite(z).all():
            raise ValueError(
                f"{name} holds NaN or infinity; latents are finite numbers."
            )

    @property
    def gives_probabilities(self) -> bool:
        """Whether the pixels of samples are probabilities of white, and not pixels themselves."""
        return False

    def generate(
        self, n: int, labels: ArrayLike | None = None, seed: int | None = None
    ) -> Array:
        """``n`` values from the prior, of classes ``labels`` (one or ``n``), else of all in turn.

        Classes are numbers, or their names where these are known.
        """
        labels = self.labels_of(n, labels)
        return self.decode(self._latents(n, seed), labels)

    def sheet(
        self,
        rows: int,
        columns: int = 10,
        seed: int | None = 0,
        classes: ArrayLike | None = None,
    ) -> Array:
        """Values (rows, columns, …), each from its own latents.

        A conditional model uses the same latents along a row, and one class per column.
        """
        values = self.generate(rows * columns, seed=seed)
        return values.reshape(rows, columns, *values.shape[1:])

    @property
    def predict_inputs(self) -> tuple[str, ...]:
        return ("z", *self.label_names)

    def predicted(self, *latents: Tensor) -> Tensor:
        return self._decoded(*latents)

    @classmethod
    def from_shape(
        cls, shape: Sequence[int], num_classes: int | None = None, **options: Any
    ) -> Self:
        """The model for values in [0, 1] of a shape such as (28, 28, 1); see ``from_fields``."""
        labels = {} if num_classes is None else {"y": fields.Label(num_classes)}
        if labels and "y" not in wanted(cls):
            raise TypeError(
                f"{cls.__name__} knows no classes; leave num_classes={num_classes} out."
            )
        given = {"x": fields.of_shape(tuple(shape)), **labels}
        return cls.from_fields(**taken(cls, given), **options)

    # ---- labels, of which an unconditional model has none ----------------------------------------

    def labels_of(self, n: int, labels: ArrayLike | None = None) -> Array | None:
        """The labels of ``n`` values to generate; raises if the model cannot take ``labels``."""
        if labels is not None:
            raise ValueError(
                f"labels={labels!r}: {type(self).__name__} knows no classes; leave the labels out."
            )
        checks.check_sizes(n=n)
        return None

    def asked(self, labels: Labels) -> Labels | None:
        """The labels to ask samples for, from those of real values; ``None`` without classes."""
        return None

    def with_labels(self, y: Array | None = None, **arrays: Array) -> dict[str, Array]:
        """Arrays by name as ``in_batches`` takes them."""
        return arrays

    # ---- pieces ----------------------------------------------------------------------------------

    def _latents(self, n, seed):
        return self._random(seed).standard_normal((n, self.latent_dim), dtype="float32")

    @staticmethod
    def _random(seed):
        # ``keras.utils.set_random_seed`` seeds Python's own generator; Keras' layers use it too.
        return np.random.default_rng(random.getrandbits(32) if seed is None else seed)

    def _decoded(self, *latents):
        return self.fields["x"].unscaled(self.draw(*latents))
