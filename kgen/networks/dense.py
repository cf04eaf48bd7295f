import keras
from keras import layers

from kgen.networks import heads


def dense_encoder(image_shape, latent_dim, width=200, num_classes=None):
    """q(z|x[, y]) of one hidden layer: inputs x[, labels], outputs mean and log_var."""
    x, labels = keras.Input(image_shape, name="x"), heads.label_input(num_classes)
    features = heads.join_labels(layers.Flatten()(x), labels, num_classes)
    features = layers.Dense(width, activation="relu")(features)
    outputs = heads.gaussian_head(features, latent_dim)
    return keras.Model([x, *labels] if labels else x, outputs, name="encoder")


def dense_decoder(image_shape, latent_dim, width=200, num_classes=None):
    """p(x|z[, y]) of one hidden layer: inputs z[, labels], output the likelihood's parameters."""
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    features = heads.join_labels(z, labels, num_classes)
    features = layers.Dense(width, activation="relu")(features)
    return keras.Model([z, *labels] if labels else z, heads.pixel_head(features, image_shape), name="decoder")
