import keras
from keras import layers

from kgen.networks import heads


def dense_encoder(image_shape, latent_dim, width=200, num_classes=None, depth=1, activation="relu"):
    """q(z|x[, y]) of ``depth`` hidden layers, linear with none: inputs x[, labels], outputs mean and log_var."""
    x, labels = keras.Input(image_shape, name="x"), heads.label_input(num_classes)
    features = heads.join_labels(layers.Flatten()(x), labels, num_classes)
    for _ in range(depth):
        features = layers.Dense(width, activation=activation)(features)
    outputs = heads.gaussian_head(features, latent_dim)
    return keras.Model([x, *labels] if labels else x, outputs, name="encoder")


def dense_decoder(image_shape, latent_dim, width=200, num_classes=None, depth=1, activation="relu"):
    """p(x|z[, y]) of ``depth`` hidden layers, linear with none: inputs z[, labels], output the parameters of p."""
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    features = heads.join_labels(z, labels, num_classes)
    for _ in range(depth):
        features = layers.Dense(width, activation=activation)(features)
    return keras.Model([z, *labels] if labels else z, heads.pixel_head(features, image_shape), name="decoder")


def dense_generator(image_shape, latent_dim, width=256, pixel_range=(-1.0, 1.0), activation="leaky_relu"):
    """G(z) of three hidden layers that double in width: input z, output images in ``pixel_range``."""
    z = keras.Input((latent_dim,), name="z")
    features = z
    for stage in range(3):
        features = layers.Dense(width * 2**stage, activation=activation)(features)
    return keras.Model(z, heads.bounded(heads.pixel_head(features, image_shape), pixel_range), name="generator")


def dense_discriminator(image_shape, width=256, dropout=0.3):
    """D(x) of three hidden layers, the last one ``width`` wide: input x, output the logit that x is real."""
    x = keras.Input(image_shape, name="x")
    features = layers.Flatten()(x)
    for stage in reversed(range(3)):
        features = layers.LeakyReLU(0.2)(layers.Dense(width * 2**stage)(features))
        features = layers.Dropout(dropout)(features)
    return keras.Model(x, layers.Dense(1, dtype="float32", name="realness")(features), name="discriminator")
