import math
from functools import partial

import keras
from keras import layers

from kgen.engine import checks
from kgen.layers import BatchNormalization, RandomShift
from kgen.networks import heads

KERNEL = 4  # divisible by the stride of 2: transposed convolutions overlap evenly and leave no checkerboard


def halvings(image_shape):
    """How often an image can be halved and still be 4 pixels wide; at most 4 times."""
    return max(1, min(4, int(math.log2(min(image_shape[:2]) / 4))))


def depth(image_shape):
    """How many strided layers a judge of images has: down to 4 pixels, since who sees only strokes judges strokes."""
    return max(2, min(4, math.ceil(math.log2(min(image_shape[:2]) / 4))))


def conv_encoder(
    image_shape, latent_dim, width=32, num_classes=None,
    activation="relu", normalised=False, convolutions=1, l1=0.0, l2=0.0,
):  # fmt: skip
    """q(z|x[, y]) of strided convolutions, with BatchNorm if told so: inputs x[, labels], outputs mean and log_var.

    Each resolution has ``convolutions`` layers; ``l1`` and ``l2`` penalise all their kernels.
    """
    x, labels = keras.Input(image_shape, name="x"), heads.label_input(num_classes)
    layer = partial(_layer, activation=activation, normalised=normalised, l1=l1, l2=l2)
    features = x
    for stage in range(halvings(image_shape)):
        features = layer(layers.Conv2D, width * 2**stage, KERNEL, 2, padding="same")(features)
        features = _deepened(features, layer, convolutions)
    features = heads.join_labels(layers.Flatten()(features), labels, num_classes)
    features = layer(layers.Dense, _hidden(width, latent_dim))(features)
    outputs = heads.gaussian_head(features, latent_dim, _penalty(l1, l2))
    return keras.Model([x, *labels] if labels else x, outputs, name="encoder")


def conv_decoder(
    image_shape, latent_dim, width=32, num_classes=None,
    activation="relu", normalised=False, convolutions=1, l1=0.0, l2=0.0,
):  # fmt: skip
    """p(x|z[, y]) of transposed convolutions, as ``conv_encoder``: inputs z[, labels], output its parameters."""
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    layer = partial(_layer, activation=activation, normalised=normalised, l1=l1, l2=l2)
    stages, coarsest = _coarsest(image_shape, width)
    features = heads.join_labels(z, labels, num_classes)
    for size in (_hidden(width, latent_dim), math.prod(coarsest)):
        features = layer(layers.Dense, size)(features)
    features = layers.Reshape(coarsest)(features)
    for stage in reversed(range(stages - 1)):
        features = _deepened(features, layer, convolutions)
        features = layer(layers.Conv2DTranspose, width * 2**stage, KERNEL, 2, padding="same")(features)
    features = _deepened(features, layer, convolutions)
    last = {"padding": "same", "dtype": "float32", "kernel_regularizer": _penalty(l1, l2)}
    pixels = layers.Conv2DTranspose(image_shape[-1], KERNEL, 2, **last)(features)
    return keras.Model([z, *labels] if labels else z, _crop(pixels, image_shape), name="decoder")


def conv_generator(image_shape, latent_dim, width=64, num_classes=None, pixel_range=(-1.0, 1.0)):
    """G(z[, y]) of transposed convolutions with BatchNorm: inputs z[, labels], output images in ``pixel_range``.

    Every layer is told the labels, as in the DCGAN paper's conditional network: what is told once is soon forgotten.
    """
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    stages, coarsest = _coarsest(image_shape, width)
    features = heads.join_labels(z, labels, num_classes)
    features = layers.Dense(math.prod(coarsest), use_bias=False, kernel_initializer=_normal())(features)
    features = layers.ReLU()(_normalised(layers.Reshape(coarsest)(features)))
    for stage in reversed(range(stages - 1)):
        features = heads.join_label_maps(features, labels, num_classes)
        features = _strided(layers.Conv2DTranspose, width * 2**stage, use_bias=False)(features)
        features = layers.ReLU()(_normalised(features))
    pixels = _strided(layers.Conv2DTranspose, image_shape[-1])(heads.join_label_maps(features, labels, num_classes))
    images = heads.bounded(_crop(pixels, image_shape), pixel_range)
    return keras.Model([z, *labels] if labels else z, images, name="generator")


def normalised_discriminator(image_shape, width=64, dropout=0.0, noise=0.0, num_classes=None):
    """D(x[, y]) of strided convolutions, BatchNorm in all but the first: inputs x[, labels], output a logit.

    Every layer is told the labels, as those of ``conv_generator`` are.
    """
    x, labels = keras.Input(image_shape, name="x"), heads.label_input(num_classes)
    tell = partial(heads.join_label_maps, labels=labels, num_classes=num_classes)
    features = _normalised_body(layers.GaussianNoise(noise)(x), width, dropout, tell)
    realness = _realness(heads.join_labels(features, labels, num_classes))
    return keras.Model([x, *labels] if labels else x, realness, name="discriminator")


def feature_discriminator(image_shape, width=32):
    """D(x) as ``normalised_discriminator``: the logit that x is real, and the features f(x) that it is read from."""
    x = keras.Input(image_shape, name="x")
    features = _normalised_body(x, width, dropout=0.0)
    return keras.Model(x, [_realness(features), features], name="discriminator")


def conv_players(image_shape, latent_dim, width, dropout, noise, pixel_range, num_classes=None):
    """The generator and the discriminator of DCGAN, both with labels where there are classes; checks all arguments."""
    checks.check_image_shape(image_shape)
    checks.check_sizes(latent_dim=latent_dim, width=width)
    checks.check_fractions(dropout=dropout, noise=noise)
    pixel_range = checks.check_pixel_range(pixel_range)
    generator = conv_generator(image_shape, latent_dim, width, num_classes, pixel_range)
    return generator, normalised_discriminator(image_shape, width, dropout, noise, num_classes)


def conv_critic(image_shape, width=64):
    """f(x) of strided convolutions without BatchNorm: input x, output a number without bounds."""
    x = keras.Input(image_shape, name="x")
    features = x
    for stage in range(depth(image_shape)):
        features = layers.Conv2D(width * 2**stage, KERNEL, 2, padding="same")(features)
        features = layers.LeakyReLU(0.2)(features)
    value = layers.Dense(1, dtype="float32", name="value")(layers.Flatten()(features))
    return keras.Model(x, value, name="discriminator")


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


def _normalised_body(x, width, dropout, tell=lambda features: features):
    features = _strided(layers.Conv2D, width)(tell(x))
    for stage in range(1, depth(x.shape[1:])):
        features = layers.Dropout(dropout)(layers.LeakyReLU(0.2)(features))
        features = _normalised(_strided(layers.Conv2D, width * 2**stage, use_bias=False)(tell(features)))
    return layers.Dropout(dropout)(layers.Flatten()(layers.LeakyReLU(0.2)(features)))


def _realness(features):
    return layers.Dense(1, kernel_initializer=_normal(), dtype="float32", name="realness")(features)


def _body(x, width, dropout, noise, shift):
    features = layers.GaussianNoise(noise)(RandomShift(shift)(x))
    for stage in range(depth(x.shape[1:])):
        features = layers.Conv2D(width * 2**stage, KERNEL + (stage == 0), 2, padding="same")(features)
        features = layers.LeakyReLU(0.2)(features)
    features = layers.Dropout(dropout)(layers.Flatten()(features))
    features = layers.LeakyReLU(0.2)(layers.Dense(8 * width)(features))
    return layers.Dropout(dropout)(features)


def _coarsest(image_shape, width):
    # How many doublings lead from the smallest feature map to the image, and that map's shape.
    stages = halvings(image_shape)
    rows, columns = (math.ceil(side / 2**stages) for side in image_shape[:2])
    return stages, (rows, columns, width * 2 ** (stages - 1))


def _strided(layer, filters, **options):
    return layer(filters, KERNEL, 2, padding="same", kernel_initializer=_normal(), **options)


def _normal():
    return keras.initializers.RandomNormal(0.0, 0.02)


def _layer(kind, *sizes, activation, normalised, l1, l2, **options):
    layer = kind(*sizes, kernel_regularizer=_penalty(l1, l2), **options)
    return lambda features: layers.Activation(activation)(
        _normalised(layer(features)) if normalised else layer(features)
    )


def _deepened(features, layer, convolutions):
    # More layers at the same resolution.
    for _ in range(convolutions - 1):
        features = layer(layers.Conv2D, features.shape[-1], KERNEL - 1, padding="same")(features)
    return features


def _hidden(width, latent_dim):
    # A narrower place than the code would keep it from being used; above 512 that costs more than it brings.
    return max(4 * width, min(2 * latent_dim, 512))


def _penalty(l1, l2):
    return keras.regularizers.L1L2(l1, l2) if l1 or l2 else None


def _normalised(features):
    # Keras' own momentum, 0.99, would leave the first epochs' samples to statistics that lag behind the weights.
    return BatchNormalization(momentum=0.9)(features)


def _crop(pixels, image_shape):
    # The last stage overshoots odd sizes; the ceiling is cut back at the far edges.
    extra = [(0, have - want) for have, want in zip(pixels.shape[1:3], image_shape[:2], strict=True)]
    return layers.Cropping2D(extra)(pixels) if any(after for _, after in extra) else pixels
