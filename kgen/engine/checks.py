"""Errors that name the argument, the value, the range and the fix."""

import math

import keras
import numpy as np
from keras import tree


def check_number(name, value, low, high, optional=False, below=False):
    """Raises unless ``value`` lies in [low, high], or in [low, high) with ``below``."""
    if value is None and optional:
        return
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not low <= value <= high or (below and value == high):
        raise ValueError(f"{name}={value!r} is not a number in [{low}, {high}{')' if below else ']'}.")


def check_weights(**weights):
    """Raises unless every weight of a term is a number of at least 0."""
    for name, value in weights.items():
        check_number(name, value, 0.0, float("inf"))


def check_positive(**values):
    """Raises unless every value is a finite number above 0."""
    for name, value in values.items():
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < math.inf:
            raise ValueError(f"{name}={value!r} is not a finite number above 0.")


def check_fractions(**fractions):
    """Raises unless every value is a number in [0, 0.9]."""
    for name, value in fractions.items():
        check_number(name, value, 0.0, 0.9)


def check_sizes(**sizes):
    """Raises unless every size is a whole number of at least 1."""
    for name, value in sizes.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name}={value!r} is not a whole number of at least 1.")


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


def check_image_shape(image_shape):
    """Raises unless ``image_shape`` is (height, width, channels) with sides of at least 8 pixels."""
    if len(image_shape) != 3 or min(image_shape[:2]) < 8 or image_shape[2] < 1:
        raise ValueError(
            f"image_shape={tuple(image_shape)} is not (height, width, channels) with height and width of at least 8. "
            "Resize or pad smaller images; grey images have one channel."
        )


def check_pixel_range(pixel_range):
    """Raises unless ``pixel_range`` is the least and the greatest value of a pixel; returns it as a tuple."""
    pair = pixel_range if isinstance(pixel_range, (tuple, list)) else ()
    numbers = [isinstance(value, (int, float)) and math.isfinite(value) for value in pair]
    if numbers != [True, True] or pair[0] >= pair[1]:
        raise ValueError(
            f"pixel_range={pixel_range!r} is not the least and the greatest value of a pixel, such as (-1.0, 1.0)."
        )
    return tuple(pixel_range)


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


def check_images(x, shape, pixel_range, name="x"):
    """Raises unless ``x`` is a batch of finite images of ``shape`` whose values lie in ``pixel_range``."""
    x = np.asarray(x)
    if x.shape[1:] != tuple(shape):
        raise ValueError(f"{name} has the shape {x.shape}; this model takes images of shape (n, {_commas(shape)}).")
    low, high = pixel_range
    if not np.isfinite(x).all():
        first = np.flatnonzero(~np.isfinite(x).reshape(len(x), -1).all(axis=1))[0]
        raise ValueError(f"{name} holds NaN or infinity, first in image {first}; this model takes finite values.")
    rounding = 1e-6 * (high - low)
    if x.size and not (x.min() >= low - rounding and x.max() <= high + rounding):
        raise ValueError(
            f"{name} holds values from {x.min()} to {x.max()} ({x.dtype}); this model takes values in "
            f"[{low}, {high}]. Scale them first: kgen.data.scale(images, maximum={_likely_maximum(x)}, "
            f"pixel_range=({low}, {high}))."
        )


def check_labels(y, num_classes, name="y"):
    """Raises unless ``y`` is a vector of whole numbers from 0 to ``num_classes - 1``; returns it as int32."""
    y = np.asarray(y)
    if y.ndim != 1 or y.dtype.kind not in "iuf" or (y.size and (y != np.round(y)).any()):
        raise ValueError(
            f"{name} of shape {y.shape} and type {y.dtype} are not class labels; "
            f"pass one whole number from 0 to {num_classes - 1} an image."
        )
    if y.size and not (y.min() >= 0 and y.max() < num_classes):
        raise ValueError(
            f"{name} holds labels from {y.min()} to {y.max()}; this model knows the classes 0 to {num_classes - 1}."
        )
    return y.astype("int32")


def check_same_length(**arrays):
    """Raises unless all arrays hold the same number of items."""
    sizes = {name: len(values) for name, values in arrays.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError("Different numbers of items: " + ", ".join(f"{n} has {s}" for n, s in sizes.items()) + ".")


def check_divisible(x, batch_size, devices):
    """Raises where an array of images makes a batch that cannot be divided into equal parts."""
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


def _commas(shape):
    return ", ".join(map(str, shape))


def _likely_maximum(x):
    return 255 if x.max() > 16 else 16
