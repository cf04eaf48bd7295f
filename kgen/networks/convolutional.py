import math

import keras
from keras import layers

from kgen.layers import RandomShift
from kgen.networks import heads

KERNEL = 4  # divisible by the stride of 2: transposed convolutions overlap evenly and leave no checkerboard


def halvings(image_shape):
    """How often an image can be halved and still be 4 pixels wide; at most 4 times."""
    return max(1, min(4, int(math.log2(min(image_shape[:2]) / 4))))


def conv_encoder(image_shape, latent_dim, width=32, num_classes=None):
    """q(z|x[, y]) of strided convolutions: inputs x[, labels], outputs mean and log_var."""
    x, labels = keras.Input(image_shape, name="x"), heads.label_input(num_classes)
    features = x
    for stage in range(halvings(image_shape)):
        features = layers.Conv2D(width * 2**stage, KERNEL, 2, padding="same", activation="relu")(features)
    features = heads.join_labels(layers.Flatten()(features), labels, num_classes)
    features = layers.Dense(4 * width, activation="relu")(features)
    outputs = heads.gaussian_head(features, latent_dim)
    return keras.Model([x, *labels] if labels else x, outputs, name="encoder")


def conv_decoder(image_shape, latent_dim, width=32, num_classes=None):
    """p(x|z[, y]) of transposed convolutions: inputs z[, labels], output the likelihood's parameters."""
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    stages = halvings(image_shape)
    rows, columns = (math.ceil(side / 2**stages) for side in image_shape[:2])
    deepest = width * 2 ** (stages - 1)
    features = heads.join_labels(z, labels, num_classes)
    features = layers.Dense(4 * width, activation="relu")(features)
    features = layers.Dense(rows * columns * deepest, activation="relu")(features)
    features = layers.Reshape((rows, columns, deepest))(features)
    for stage in reversed(range(stages - 1)):
        features = layers.Conv2DTranspose(width * 2**stage, KERNEL, 2, padding="same", activation="relu")(features)
    pixels = layers.Conv2DTranspose(image_shape[-1], KERNEL, 2, padding="same", dtype="float32")(features)
    return keras.Model([z, *labels] if labels else z, _crop(pixels, image_shape), name="decoder")


def conv_discriminator(image_shape, num_classes, width=32, dropout=0.25, noise=0.1, shift=0.08):
    """Two heads on one body: the logit that x is real, and the logits of its class."""
    x = keras.Input(image_shape, name="x")
    features = _body(x, width, dropout, noise, shift)
    realness = layers.Dense(1, dtype="float32", name="realness")(features)
    classes = layers.Dense(num_classes, dtype="float32", name="classes")(features)
    return keras.Model(x, [realness, classes], name="discriminator")


def conv_classifier(image_shape, num_classes, width=32, dropout=0.25, noise=0.1, shift=0.08):
    """The discriminator's body with the class head alone: inputs x, output the class logits."""
    x = keras.Input(image_shape, name="x")
    features = _body(x, width, dropout, noise, shift)
    return keras.Model(x, layers.Dense(num_classes, dtype="float32", name="classes")(features), name="classifier")


def _body(x, width, dropout, noise, shift):
    features = layers.GaussianNoise(noise)(RandomShift(shift)(x))
    for stage in range(1 + halvings(x.shape[1:])):
        features = layers.Conv2D(width * 2**stage, KERNEL + (stage == 0), 2, padding="same")(features)
        features = layers.LeakyReLU(0.2)(features)
    features = layers.Dropout(dropout)(layers.Flatten()(features))
    features = layers.LeakyReLU(0.2)(layers.Dense(8 * width)(features))
    return layers.Dropout(dropout)(features)


def _crop(pixels, image_shape):
    # The last stage overshoots odd sizes; the ceiling is cut back at the far edges.
    extra = [(0, have - want) for have, want in zip(pixels.shape[1:3], image_shape[:2], strict=True)]
    return layers.Cropping2D(extra)(pixels) if any(after for _, after in extra) else pixels
