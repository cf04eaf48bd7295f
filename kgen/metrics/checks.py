"""What every measure asks of the samples it is given."""

import numpy as np


class Unmeasurable(ValueError):
    """These samples cannot bear this measure, though they may bear others; the message says what it needs."""


def check_enough(measure, count, least):
    """Raises unless there are ``least`` samples or more."""
    if count < least:
        raise Unmeasurable(f"{measure} needs at least {least} samples; these are {count}. Take more.")


def rows(name, values):
    """Features or images (n, …) as floating-point rows (n, d); raises where they are not finite."""
    values = np.asarray(values)
    values = values.reshape(len(values), -1).astype(np.result_type(values, np.float32), copy=False)
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        raise ValueError(
            f"{name} holds NaN or infinity in {len(bad)} of {len(values)} samples, first in sample {bad[0]}. Look at "
            "these images, or at the network that made the features, and measure finite numbers."
        )
    return values


def alike(measure, real, fake, least=2):
    """Both sides as float64 rows; raises unless they are as many, of one width, and ``least`` or more."""
    real, fake = rows("real", real), rows("fake", fake)
    if real.shape != fake.shape:
        raise ValueError(
            f"real is {real.shape} and fake {fake.shape}, (samples, features). Take as many of one as of the other, "
            f"with features of one network: {measure} depends on the number of samples."
        )
    check_enough(measure, len(real), least)
    return real.astype("float64"), fake.astype("float64")
