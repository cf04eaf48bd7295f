"""Networks of a conditional VAE–GAN for thousands of images, under the names of ``kgen.networks``.

The decoder is a GAN's generator, whose layers all receive the labels. It has no BatchNorm: draws
from the prior differ in their statistics from reconstructions, and each would spoil the other.
Discriminator and classifier share no weights, and D has one output per class.
"""

import keras
from keras import layers

from kgen.networks import encoders, heads, judges
from kgen.networks.generators import grown
from kgen.networks.ranks import rank
from kgen.networks.style import Style
from kgen.types import Shape

CLASSIFIER = 32  # channels of its first layer
encoder = encoders.encoder


def decoder(
    shape: Shape, latent_dim: int, style: Style, num_classes: int
) -> keras.Model:
    """p(x|z, y) as ``networks.generator``: inputs z and labels, output the parameters."""
    if not rank(shape):
        return encoders.decoder(shape, latent_dim, style, num_classes)
    z, labels = keras.Input((latent_dim,), name="z"), heads.label_input(num_classes)
    drawn = grown(z, labels, shape, style.width, num_classes, _normalised)
    parameters = layers.Activation("linear", dtype="float32", name="parameters")(drawn)
    return keras.Model([z, *labels], parameters, name="decoder")


def _normalised(features):
    """The channels of each point, with a mean square of 1."""
    return layers.RMSNormalization()(features)


def auxiliary_discriminator(
    shape: Shape,
    num_classes: int,
    width: int,
    dropout: float,
    noise: float,
    shift: float,
) -> keras.Model:
    """D and a classifier apart: one logit of being real per class, class logits.

    ``width`` is that of D. The classifier alone sees shifted values: G would draw them too.
    """
    x = keras.Input(shape, name="x")
    body = {"dropout": dropout, "noise": noise}
    realness = judges.realness_of_classes(x, num_classes, width, **body)
    classes = judges.class_logits(x, num_classes, CLASSIFIER, shift=shift, **body)
    return keras.Model(x, [realness, classes], name="discriminator")
