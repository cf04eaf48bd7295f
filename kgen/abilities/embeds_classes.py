from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from kgen import checks
from kgen.abilities.conditional import Conditional
from kgen.types import Array, Tensor


class EmbedsClasses(Conditional):
    """Draws values of a class, and values between classes; a page writes two methods.

    The model has a vector per class. Vectors between those of two classes give values between the
    classes.
    """

    @abstractmethod
    def class_embedding(self, y: Tensor) -> Tensor:
        """The vectors (n, k) of labels (n,); tensors."""

    @abstractmethod
    def draw_embedded(self, z: Tensor, embedding: Tensor) -> Tensor:
        """The scaled values of latents z (n, latent_dim) and vectors of classes (n, k); tensors."""

    def class_walk(
        self,
        classes: Sequence[int | str],
        steps: int = 4,
        rows: int = 5,
        seed: int | None = 0,
    ) -> Array:
        """Values (rows, columns, …) on straight lines from class to class, one z per row.

        Args:
            classes: two or more, numbers or names.
            steps: int ≥ 1, columns from one class to the next.
            rows: int ≥ 1.
            seed: int, of the latents; ``None`` draws it.

        Raises:
            ValueError: if there are fewer than two classes, an unknown class, or a size below 1.
        """
        rows, steps = checks.check_sizes(rows=rows, steps=steps)
        embeddings = _between(self._class_embeddings(classes), steps)
        z = np.repeat(self._latents(rows, seed), len(embeddings), axis=0)
        every = np.tile(embeddings, (rows, 1))
        values = self.in_batches(self._decoded_embeddings, z=z, embedding=every)
        return values.reshape(rows, len(embeddings), *values.shape[1:])

    def _class_embeddings(self, classes):
        if np.ndim(classes) != 1:
            raise ValueError(
                f"classes={classes!r} is no sequence of classes, such as [3, 8]."
            )
        field = self._classes
        numbers = np.array(
            [field.number(c) if isinstance(c, str) else c for c in classes]
        )
        if len(numbers) < 2:
            raise ValueError(
                f"classes={classes!r}: name two classes or more to walk between."
            )
        field.check(numbers, "classes")
        return self.in_batches(self.class_embedding, y=numbers)

    def _decoded_embeddings(self, z, embedding):
        return self.fields["x"].unscaled(self.draw_embedded(z, embedding))


def _between(embeddings, steps):
    """The vectors, with as many equal steps from each to the next."""
    lines = [np.linspace(*ends, steps, endpoint=False) for ends in pairwise(embeddings)]
    return np.concatenate([*lines, embeddings[-1:]]).astype("float32")
