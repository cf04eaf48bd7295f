"""Networks of square images that grow: from 4 × 4 points, a part for every doubling.

The parts are layers with a name. G and D at a smaller size, as in the first stages of a training,
are calls of the same layers.
"""

import math
from collections.abc import Callable, Container, Iterable
from typing import TypeAlias

import keras
from keras import layers, ops

from kgen import checks
from kgen.layers import (
    EqualisedConv2D,
    EqualisedDense,
    Fade,
    MinibatchStandardDeviation,
    PixelNormalization,
)
from kgen.types import Shape, Tensor

BASE = 4  # points along each side of the coarsest map
LEAKY = {"activation": "leaky_relu"}
# the parts of a network by name
Parts: TypeAlias = Callable[[str], Callable[..., Tensor]]


def progressive_generator(
    shape: Shape, latent_dim: int, width: int = 32, max_width: int = 128
) -> keras.Model:
    """G(z, level): inputs z and the doublings so far (n,), output unbounded values of ``shape``.

    Below its last level, the values are those of the smaller generator, repeated. Maps of the size
    of the values have ``width`` channels, and with every halving twice as many, up to
    ``max_width``.
    """
    side, widths = shape[0], _widths(shape, width, max_width)
    z, level = keras.Input((latent_dim,), name="z"), keras.Input((), name="level")
    parts = _by_name([_first_block(latent_dim, widths[BASE]), _image(BASE, shape[-1])])
    for step, finer in enumerate(sizes(side), 1):
        parts |= _by_name(
            [_doubling_block(finer, widths[finer]), _image(finer, shape[-1])]
        )
        parts |= _by_name(
            [_doubled(finer), Fade(step, dtype="float32", name=f"fade_{finer}")]
        )
    values = drawn(parts.__getitem__, z, level, side, sizes(side))
    return keras.Model([z, level], values, name="generator")


def drawn(
    part: Parts, z: Tensor, level: Tensor, side: int, fades: Container[int]
) -> Tensor:
    """Values of ``side`` × ``side`` points, by the parts of a generator.

    ``fades``, here and below, are the sizes that may be fading in; the others have done so.
    """
    features = {BASE: part(f"block_{BASE}")(z)}
    for finer in sizes(side):
        features[finer] = part(f"block_{finer}")(features[finer // 2])
    return _faded_values(part, features, level, side, fades)


def _faded_values(part, features, level, side, fades):
    values = part(f"image_{side}")(features[side])
    if side not in fades:
        return values
    coarse = _faded_values(part, features, level, side // 2, fades)
    return part(f"fade_{side}")([part(f"doubled_{side}")(coarse), values, level])


def progressive_critic(
    shape: Shape, width: int = 32, max_width: int = 128
) -> keras.Model:
    """f(x, level): inputs x and the doublings so far (n,), output an unbounded number.

    Below its last level it sees x averaged to the size of the smaller critic.
    """
    side, widths = shape[0], _widths(shape, width, max_width)
    x, level = keras.Input(shape, name="x"), keras.Input((), name="level")
    parts = _by_name(
        [_seen(BASE, widths[BASE]), MinibatchStandardDeviation(name="spread")]
    )
    parts |= _by_name([_head(widths[BASE])])
    for step, finer in enumerate(sizes(side), 1):
        block = _halving_block(finer, widths[finer], widths[finer // 2])
        halved = layers.AveragePooling2D(2, name=f"halved_{finer}", dtype="float32")
        parts |= _by_name([_seen(finer, widths[finer]), block, halved])
        parts |= _by_name([Fade(step, name=f"fade_{finer}")])
    value = judged(parts.__getitem__, x, level, sizes(side))
    return keras.Model([x, level], value, name="discriminator")


def judged(part: Parts, x: Tensor, level: Tensor, fades: Container[int]) -> Tensor:
    """The number for values of any size that a critic grew through, by its parts."""
    side = x.shape[1]
    features = part(f"seen_{side}")(x)
    for finer in reversed(sizes(side)):
        features = part(f"block_{finer}")(features)
        if finer in fades:
            x = part(f"halved_{finer}")(x)
            features = part(f"fade_{finer}")(
                [part(f"seen_{finer // 2}")(x), features, level]
            )
    return part("head")(part("spread")(features))


def averaged(x: Tensor, side: int) -> Tensor:
    """Values on a grid of ``side`` × ``side`` points: the means of squares of points."""
    size = x.shape[1] // side
    return ops.average_pool(x, size, size) if size > 1 else x


def as_sharp(part: Parts, x: Tensor, level: Tensor, fades: Container[int]) -> Tensor:
    """Real values as sharp as those that a generator with these parts draws at a level."""
    side = x.shape[1]
    if side not in fades:
        return x
    coarse = as_sharp(part, averaged(x, side // 2), level, fades)
    return part(f"fade_{side}")([part(f"doubled_{side}")(coarse), x, level])


def in_use(
    network: keras.Model, side: int, fades: Container[int]
) -> list[keras.Variable]:
    """The variables of the parts that take part in values of ``side`` × ``side`` points."""
    used = [part for part in network.layers if _is_used(part.name, side, fades)]
    return [variable for part in used for variable in part.trainable_variables]


def _is_used(name, side, fades):
    kind, _, size = name.partition("_")
    if kind == "block":
        return int(size) <= side
    ends = kind in ("image", "seen")
    return not ends or int(size) == side or 2 * int(size) in fades


def sizes(side: int) -> list[int]:
    """The sizes after each doubling, up to ``side``."""
    return [BASE * 2**step for step in range(1, int(math.log2(side // BASE)) + 1)]


def doublings(shape: Shape) -> int:
    """How often 4 × 4 points are doubled to the sides of ``shape``; raises for other sides."""
    height, width, _ = shape
    count = max(1, round(math.log2(max(height, width) / BASE)))
    if not height == width == BASE * 2**count:
        raise ValueError(
            f"x has images of {height} × {width} pixels, which {BASE} × {BASE} points do not reach "
            f"by doubling. Resize or pad them to {BASE * 2**count} × {BASE * 2**count}."
        )
    return count


def _widths(shape, width, max_width):
    width, max_width = checks.check_sizes(width=width, max_width=max_width)
    doublings(shape)
    sides = [BASE, *sizes(shape[0])]
    return {side: min(width * shape[0] // side, max_width) for side in sides}


def _by_name(parts: Iterable[keras.Layer]) -> dict[str, keras.Layer]:
    return {part.name: part for part in parts}


def _first_block(latent_dim, width):
    # A dense layer with one bias per channel, as of a convolution; a quarter of the usual gain.
    scale = math.sqrt(2.0 / latent_dim) / 4.0
    normal = keras.initializers.RandomNormal(stddev=1.0)
    options = {"bias_axes": "c", "kernel_initializer": normal, **LEAKY}
    first = layers.EinsumDense("nd,dhwc->nhwc", (BASE, BASE, width), **options)
    start = [PixelNormalization(), layers.Rescaling(scale), first, PixelNormalization()]
    return keras.Sequential([*start, *_drawing(width)], name=f"block_{BASE}")


def _doubling_block(side, width):
    steps = [layers.UpSampling2D(), *_drawing(width), *_drawing(width)]
    return keras.Sequential(steps, name=f"block_{side}")


def _drawing(width):
    return EqualisedConv2D(width, 3, **LEAKY), PixelNormalization()


def _image(side, channels):
    return EqualisedConv2D(channels, 1, gain=1.0, dtype="float32", name=f"image_{side}")


def _doubled(side):
    return layers.UpSampling2D(dtype="float32", name=f"doubled_{side}")


def _seen(side, width):
    return EqualisedConv2D(width, 1, name=f"seen_{side}", **LEAKY)


def _halving_block(side, width, next_width):
    convolutions = [
        EqualisedConv2D(width, 3, **LEAKY),
        EqualisedConv2D(next_width, 3, **LEAKY),
    ]
    return keras.Sequential(
        [*convolutions, layers.AveragePooling2D(2)], name=f"block_{side}"
    )


def _head(width):
    hidden = [
        EqualisedConv2D(width, 3, **LEAKY),
        layers.Flatten(),
        EqualisedDense(width, **LEAKY),
    ]
    value = EqualisedDense(1, gain=1.0, dtype="float32")
    return keras.Sequential([*hidden, value], name="head")
