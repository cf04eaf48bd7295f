from kgen.latent.decoding import decoded
from kgen.latent.paths import between, line


def interpolate(model, first, second, steps=8, path=line, labels=None):
    """Values (n, steps, …) on the paths between the latents of n pairs of values.

    The first and the last value of a path are the reconstructions of its ends. For a conditional
    model, ``labels`` (n,) are the classes of both ends.
    """
    start, end = (model.codes(values, model.asked(labels)) for values in (first, second))
    codes = between(start, end, steps, path)
    return decoded(model, codes, None if labels is None else labels[:, None])
