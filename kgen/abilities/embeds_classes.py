from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from kgen import checks
from kgen.abilities.conditional import Conditional
from kgen.types import Array, Tensor


class EmbedsClasses(Conditional):
    """Draws values of a class, and values between classes; a page writes two methods.

    The model embeds each class as a vector, the code of the class. Codes between those of two
    classes give values between the classes.
    """

    @abstractmethod
    def class_code(self, y: Tensor) -> Tensor:
        """The codes (n, k) of labels (n,); tensors."""

    @abstractmethod
    def draw_coded(self, z: Tensor, code: Tensor) -> Tensor:
        """The scaled values of latents z (n, latent_dim) and codes (n, k); tensors."""

    def class_walk(
        self, classes: Sequence[int | str], steps: int = 4, rows: int = 5, seed: int | None = 0
    ) -> Array:
        """Values (rows, columns, …) on straight lines from class to class, one z a row.

        Args:
            classes: two or more, numbers or names.
            steps: int ≥ 1, columns from one class to the next.
            rows: int ≥ 1.
            seed: int, of the latents; ``None`` draws it.

        Raises:
            ValueError: if there are fewer than two classes, an unknown class, or a size below 1.
        """
        rows, steps = checks.check_sizes(rows=rows, steps=steps)
        codes = _between(self._class_codes(classes), steps)
        z = np.repeat(self._codes(rows, seed), len(codes), axis=0)
        values = self.in_batches(self._decoded_codes, z=z, code=np.tile(codes, (rows, 1)))
        return values.reshape(rows, len(codes), *values.shape[1:])

    def _class_codes(self, classes):
        field = self._classes
        numbers = np.array([field.number(c) if isinstance(c, str) else c for c in classes])
        if len(numbers) < 2:
            raise ValueError(f"classes={classes!r}: name two classes or more to walk between.")
        field.check(numbers, "classes")
        return self.in_batches(self.class_code, y=numbers)

    def _decoded_codes(self, z, code):
        return self.fields["x"].unscaled(self.draw_coded(z, code))


def _between(codes, steps):
    """The codes, with as many equal steps from each to the next."""
    lines = [
        np.linspace(start, end, steps, endpoint=False)
        for start, end in zip(codes[:-1], codes[1:], strict=True)
    ]
    return np.concatenate([*lines, codes[-1:]]).astype("float32")
