"""Values with planted, and therefore known, evidence: maps can be tested on them."""

import numpy as np

from kgen import checks
from kgen.types import Array, Shape


def squares(
    count: int, sides: Shape, size: int = 8, seed: int = 0
) -> tuple[Array, Array, Array]:
    """Noise, with a striped square or cube in every second value, and where it is.

    Only the stripes set it apart from the noise around it; its place is random.

    Args:
        count: int ≥ 1.
        sides: tuple of ints, such as (32, 32) or (16, 16, 16).
        size: int, sides of the square, at most the least of ``sides``.
        seed: int.

    Returns:
        values (n, …, 1) in [0, 1], labels (n,), 1 with a square, and boolean masks (n, …) of the
        squares.

    Example:
        >>> x, y, evidence = squares(1000, (32, 32))
        >>> pointing_game(evidence[y == 1].astype(float), evidence[y == 1])
        1.0
    """
    checks.check_sizes(count=count)
    checks.check_number("size", size, 2, min(sides))
    random = np.random.default_rng(seed)
    values = random.uniform(0.0, 1.0, (count, *sides)).astype("float32")
    labels = (np.arange(count) % 2).astype("int32")
    masks = np.zeros(values.shape, bool)
    stripes = np.broadcast_to(np.arange(size) // 2 % 2, (size,) * len(sides))
    for number in np.flatnonzero(labels):
        place = _anywhere(random, sides, (size,) * len(sides))
        values[number][place], masks[number][place] = stripes, True
    return values[..., None], labels, masks


def pairs(
    images: Array, labels: Array, count: int, side: int, seed: int = 0
) -> tuple[Array, Array, Array]:
    """Canvases of two images of different classes, side by side at random heights, and masks.

    Args:
        images: array (n, height, width, channels) on a background of 0.
        labels: int array (n,).
        count: int ≥ 1, canvases.
        side: int, of a canvas, at least twice the width of an image.
        seed: int.

    Returns:
        canvases (count, side, side, channels), the two classes of each (count, 2), and boolean
        masks (count, 2, side, side) of the squares in which they stand.

    Example:
        >>> canvases, classes, places = pairs(images, labels, 200, side=56)
        >>> canvases.shape, classes.shape, places.shape
        ((200, 56, 56, 1), (200, 2), (200, 2, 56, 56))
    """
    height, width = images.shape[1:3]
    checks.check_same_length(images=images, labels=labels)
    if len(np.unique(labels)) < 2:
        raise ValueError(
            "labels hold fewer than two classes. Give images of two at least."
        )
    checks.check_sizes(count=count)
    checks.check_number("side", side, max(height, 2 * width), 10**6)
    random = np.random.default_rng(seed)
    canvases = np.zeros((count, side, side, images.shape[-1]), images.dtype)
    classes, masks = (
        np.zeros((count, 2), "int32"),
        np.zeros((count, 2, side, side), bool),
    )
    for number in range(count):
        for half, chosen in enumerate(_of_two_classes(random, labels)):
            down, across = _anywhere(random, (side, side // 2), (height, width))
            place = (
                down,
                slice(
                    across.start + half * (side // 2), across.stop + half * (side // 2)
                ),
            )
            canvases[number][place] = images[chosen]
            classes[number, half] = labels[chosen]
            masks[number, half][place] = True
    return canvases, classes, masks


def _of_two_classes(random, labels):
    first = random.integers(len(labels))
    return first, random.choice(np.flatnonzero(labels != labels[first]))


def _anywhere(random, sides, sizes):
    starts = [
        random.integers(side - size + 1)
        for side, size in zip(sides, sizes, strict=True)
    ]
    return tuple(map(slice, starts, np.add(starts, sizes)))
