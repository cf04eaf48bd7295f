"""Errors that name the argument, the value, the range and the fix."""

import math
from numbers import Integral, Real

import keras
from keras import tree

LEAST_SIDES = {1: 8, 2: 8, 3: 4}


def check_number(name, value, low, high, optional=False, below=False):
    """Raises unless ``value`` lies in [low, high], or in [low, high) with ``below``."""
    if value is None and optional:
        return
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not low <= value <= high or (below and value == high):
        raise ValueError(f"{name}={value!r} is not a number in [{low}, {high}{')' if below else ']'}.")


def check_weights(**weights):
    """Raises unless every weight of a term is a number of at least 0."""
    for name, value in weights.items():
        check_number(name, value, 0.0, float("inf"))


def check_positive(**values):
    """Raises unless every value is a finite number above 0."""
    for name, value in values.items():
        if not isinstance(value, Real) or isinstance(value, bool) or not 0 < value < math.inf:
            raise ValueError(f"{name}={value!r} is not a finite number above 0.")


def check_fractions(**fractions):
    """Raises unless every value is a number in [0, 0.9]."""
    for name, value in fractions.items():
        check_number(name, value, 0.0, 0.9)


def check_sizes(**sizes):
    """Sizes as whole numbers of Python's, in the order given; raises unless every one is at least 1."""
    for name, value in sizes.items():
        if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name}={value!r} is not a whole number of at least 1.")
    return tuple(int(value) for value in sizes.values())


def check_learning_rate(name, optimizer):
    """Raises where a player would never move; a schedule may start from 0."""
    rate = optimizer.get_config()["learning_rate"]
    if not isinstance(rate, dict) and not 0.0 < rate < math.inf:
        raise ValueError(f"{name} has the learning rate {rate!r}. Give it one above 0, such as 2e-4.")


def check_codes(a, b, c):
    """Raises unless the codes of the least-squares game are numbers and that of its images is above its fakes'."""
    for name, value in (("a", a), ("b", b), ("c", c)):
        check_number(name, value, -1e6, 1e6)
    if a >= b:
        raise ValueError(f"a={a!r}, the code of fakes, is not below b={b!r}, that of images. Use 0 and 1, or -1 and 1.")


def check_grid(shape):
    """Raises unless values of ``shape`` (…, channels) are large enough to be halved by convolutions."""
    *sides, channels = shape
    least = LEAST_SIDES.get(len(sides), 4)
    if not 1 <= len(sides) <= 3 or min(sides) < least or channels < 1:
        raise ValueError(
            f"shape={tuple(shape)} cannot be halved by convolutions: they take (length, channels) and (height, width, "
            f"channels) with sides of at least 8, (depth, height, width, channels) with sides of at least 4. "
            "Resize or pad smaller values, or flatten them into vectors; grey images have one channel."
        )


def check_no_batch_norm(network):
    """Raises where a network that a penalty on its gradient is for mixes the images of a batch."""
    for layer in network._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            raise ValueError(
                f"discriminator has the BatchNormalization layer {layer.name!r}: it makes the output for one image "
                "depend on the others, while the gradient penalty holds for each alone. Leave it out or use "
                "LayerNormalization."
            )


def check_compile_options(model, options):
    """Raises for the arguments of ``keras.Model.compile`` that an objective of its own leaves no place for."""
    unknown = sorted(set(options) - {"run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss"})
    if unknown:
        raise TypeError(
            f"{model}.compile() got {', '.join(unknown)}: a generative model brings its own losses and metrics. "
            "Pass optimizers, run_eagerly, steps_per_execution or jit_compile."
        )


def check_same_length(**arrays):
    """Raises unless all arrays hold the same number of items."""
    sizes = {name: len(values) for name, values in arrays.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError("Different numbers of items: " + ", ".join(f"{n} has {s}" for n, s in sizes.items()) + ".")


def check_divisible(x, batch_size, devices):
    """Raises where an array of values makes a batch that cannot be divided into equal parts."""
    if devices > 1 and hasattr(x, "shape") and (batch_size % devices or len(x) % batch_size % devices):
        raise ValueError(
            f"{len(x)} images in batches of {batch_size} cannot be divided among {devices} devices, the last batch "
            f"included. Choose a multiple as batch_size and leave {len(x) % devices} images out."
        )


def check_last_batch(x, batch_size, count):
    """Raises where an array of images leaves a batch, the last one included, of fewer than ``count`` images."""
    if hasattr(x, "shape"):
        check_parts(len(x) % batch_size or batch_size, count)


def check_parts(size, count):
    """Raises where a batch, if its size is known, is too small for ``count`` parts, one for each play of a critic."""
    if size is not None and size < count:
        raise ValueError(
            f"A batch of {size} images has no part for each of the critic's n_critic={count} plays. Choose a larger "
            "batch_size, or one that leaves no smaller rest, or a smaller n_critic."
        )


def check_passed_on(player, outputs, arguments):
    """Raises unless a play takes what the pass shared with it put out, the very tensors, which it differentiates."""
    given = {id(tensor) for tensor in tree.flatten(arguments)}
    if outputs is not None and not any(id(tensor) in given for tensor in tree.flatten(outputs)):
        raise ValueError(
            f"play('{player}', ...) takes none of the outputs of share('{player}', ...): no gradient would pass "
            "through them. Give them to the play as they are; slice and cast within the objective."
        )
