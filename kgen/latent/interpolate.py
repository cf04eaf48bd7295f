import numpy as np


def interpolate(model, first, second, steps=8):
    """Images (n, steps, height, width, channels) on the straight lines between the codes of n pairs of images.

    The first and the last image of a line are the reconstructions of its ends.
    """
    if steps < 2:
        raise ValueError(f"steps={steps!r} is less than 2, the two ends of a line.")
    start, end = (model.codes(images)[:, None] for images in (first, second))
    codes = start + np.linspace(0.0, 1.0, steps, dtype="float32")[:, None] * (end - start)
    images = model.decode(codes.reshape(-1, codes.shape[-1]))
    return images.reshape(*codes.shape[:2], *images.shape[1:])
