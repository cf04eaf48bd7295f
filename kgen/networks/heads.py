"""Beginnings and ends that every kind of network shares."""

import keras
from keras import layers, ops

from kgen.layers import LabelCode


def label_input(num_classes):
    """The input of whole-number labels, or nothing for a network without labels."""
    return [keras.Input((), dtype="int32", name="labels")] if num_classes else []


def join_labels(features, labels, num_classes):
    """Features with the one-hot labels beside them."""
    codes = [LabelCode(num_classes)(label) for label in labels]
    return layers.Concatenate()([features, *codes]) if codes else features


def gaussian_head(features, latent_dim, penalty=None):
    """Mean and log-variance of a Gaussian over the latent space, in float32 under any precision."""
    options = {"dtype": "float32", "kernel_regularizer": penalty}
    return [layers.Dense(latent_dim, name=name, **options)(features) for name in ("mean", "log_var")]


def join_label_maps(images, labels, num_classes):
    """Images with one constant channel a class beside theirs, 1 for the label's and 0 for the others."""
    codes = [layers.Reshape((1, 1, num_classes))(LabelCode(num_classes)(label)) for label in labels]
    maps = [layers.UpSampling2D(images.shape[1:3])(code) for code in codes]
    return layers.Concatenate()([images, *maps]) if maps else images


def bounded(pixels, pixel_range):
    """Any numbers brought between the least and the greatest value of a pixel by tanh, in float32."""
    low, high = pixel_range
    squashed = layers.Activation("tanh", dtype="float32")(pixels)
    return layers.Rescaling((high - low) / 2, (high + low) / 2, dtype="float32", name="pixels")(squashed)


def pixel_head(features, image_shape):
    """Features of any number of pixels or more, brought to the image's shape."""
    return layers.Reshape(image_shape)(layers.Dense(int(ops.prod(image_shape)), dtype="float32")(features))
