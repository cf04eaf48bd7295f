import numpy as np
from keras import ops

from kgen import checks
from kgen.abilities.encodes import Encodes
from kgen.types import Array


class Paints(Encodes):
    """Draws on grids of any size; a page sets convolutional ``encoder`` and ``decoder``.

    ``encoder`` returns the map (n, …, channels) that ``decoder`` takes, on a coarser grid.
    """

    def canvas(self, *sides: int, n: int = 1, seed: int | None = None) -> Array:
        """``n`` values of any size, drawn from noise."""
        sides = checks.check_sizes(
            **{f"side {axis}": side for axis, side in enumerate(sides)}
        )
        self._check_axes(sides)
        coarse = (-(-side // self._step) for side in sides)
        shape = n, *coarse, self.encoder.output_shape[-1]
        latents = self._random(seed).standard_normal(shape, dtype="float32")
        return self._painted(lambda z: self.decoder(z, training=False), latents, sides)

    def restyle(self, values: Array) -> Array:
        """Values (n, …, channels) of any size, in stored units, in the texture of the training."""
        values = np.asarray(values)
        self._check_axes(values.shape[1:-1])
        field = self.fields["x"].replaced(shape=values.shape[1:])
        field.check(values, "values")
        return self._painted(self._again, field.scaled(values), values.shape[1:-1])

    def _again(self, x):
        return self.decoder(self.encoder(x, training=False), training=False)

    def _painted(self, function, values, sides):
        """Values in stored units, cut to their sides. One at a time, as they may be large."""
        singles = (values[number : number + 1] for number in range(len(values)))
        parts = [self.in_batches(function, values=single) for single in singles]
        whole = (slice(None), *map(slice, sides))
        drawn = np.concatenate(parts)[whole]
        field = self.fields["x"].replaced(shape=drawn.shape[1:])
        return ops.convert_to_numpy(field.unscaled(drawn))

    @property
    def _step(self):
        """The number of points of a value per point of its map, along each side."""
        single = [1] * len(self.shape)
        return self.decoder.compute_output_shape(
            (*single, self.encoder.output_shape[-1])
        )[1]

    def _check_axes(self, sides):
        own = self.shape[:-1]
        if len(sides) != len(own):
            raise ValueError(
                f"sides={tuple(sides)} are {len(sides)}, and {type(self).__name__} was trained on "
                f"values with {len(own)}, {own}. Give as many, in the same order."
            )
