from abc import abstractmethod
from numbers import Integral

import numpy as np

from kgen import checks
from kgen.abilities.truncates import Truncates
from kgen.types import Array, Tensor


class MixesStyles(Truncates):
    """Draws values with the coarse features of one latent vector and the fine ones of another.

    A page sets ``style_layers``, the number of layers that take a style, and writes ``mixed``.
    """

    style_layers: int

    @abstractmethod
    def mixed(
        self, layer: int, truncation: float, coarse: Tensor, fine: Tensor
    ) -> Tensor:
        """The scaled values of pairs of latents; layers from number ``layer`` on take ``fine``."""

    def mix(
        self, coarse: Array, fine: Array, layer: int, truncation: float = 1.0
    ) -> Array:
        """The value of each pair of latents (n, latent_dim).

        The layers before number ``layer`` take ``coarse``, the others ``fine``: 0 gives the values
        of ``fine``, and ``style_layers`` those of ``coarse``.
        """
        checks.check_same_length(coarse=coarse, fine=fine)
        checks.check_number("truncation", truncation, 0.0, 1.0)
        self._check_layer(layer)
        for name, latents in (("coarse", coarse), ("fine", fine)):
            self.check_latents(latents, name)

        def draw(*latents):
            return self.fields["x"].unscaled(self.mixed(layer, truncation, *latents))

        return self.in_batches(draw, coarse=coarse, fine=fine)

    def style_grid(
        self, side: int, layer: int, seed: int | None = None, truncation: float = 1.0
    ) -> Array:
        """Mixed values (side + 1, side + 1, …): coarse features of a row, fine ones of a column.

        The first row and the first column show the values that are mixed. The corner is the value
        of the mean style.
        """
        checks.check_sizes(side=side)
        rows, columns = np.split(self._latents(2 * side, seed), 2)
        pairs = np.repeat(rows, side, axis=0), np.tile(columns, (side, 1))
        mixed = self.mix(*pairs, layer, truncation).reshape(side, side, *self.shape)
        mean = self.decode(rows[:1], truncation=0.0)
        left = np.concatenate([mean, self.decode(rows, truncation=truncation)])
        above = self.decode(columns, truncation=truncation)
        return np.concatenate(
            [left[:, None], np.concatenate([above[None], mixed])], axis=1
        )

    def _check_layer(self, layer):
        whole = isinstance(layer, Integral) and not isinstance(layer, bool)
        if not whole or layer not in range(self.style_layers + 1):
            raise ValueError(
                f"layer={layer!r} is not a whole number from 0 to {self.style_layers}, the number "
                f"of layers of {type(self).__name__} that take a style."
            )
