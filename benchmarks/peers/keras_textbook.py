"""Subclasses with the ``train_step`` of the Keras guides, around copies of a kgen model's networks.

The guides omit ``training=True``, without which Keras 3 runs BatchNorm and dropout in inference
mode.

Reference:
    https://keras.io/examples/generative/vae, https://keras.io/guides/custom_train_step_in_tensorflow
"""

from kgen.losses import class_leakage
from peers import (
    BETA,
    CLASS_WEIGHT,
    ELBO_WEIGHT,
    FAKE_CLASS_WEIGHT,
    LEAKAGE_WEIGHT,
    copies,
    like,
)

import keras
import tensorflow as tf
from keras import losses, ops


class Textbook(keras.Model):
    """What the guides' models have in common: a seed and the running means of the losses."""

    losses_shown = ()

    def __init__(self):
        super().__init__()
        self.seed_generator = keras.random.SeedGenerator(1337)
        self.loss_trackers = [
            keras.metrics.Mean(name=name) for name in self.losses_shown
        ]

    @property
    def metrics(self):
        return self.loss_trackers

    def tracked(self, *values):
        """The running means of the losses with those of this step."""
        for tracker, value in zip(self.loss_trackers, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.loss_trackers}

    def sampled(self, z_mean, z_log_var):
        """Latents drawn from the encoder's distributions."""
        return z_mean + ops.exp(0.5 * z_log_var) * keras.random.normal(
            ops.shape(z_mean), seed=self.seed_generator
        )


class VAE(Textbook):
    """The VAE of the guide."""

    losses_shown = "total_loss", "reconstruction_loss", "kl_loss"

    def __init__(self, model):
        super().__init__()
        self.encoder, self.decoder = copies(model)
        self.compile(optimizer=like(model.optimizer))

    def train_step(self, data):
        x, _ = data
        with tf.GradientTape() as tape:
            z_mean, z_log_var = self.encoder(x, training=True)
            reconstruction = self.decoder(
                self.sampled(z_mean, z_log_var), training=True
            )
            reconstruction_loss = cross_entropy(x, reconstruction)
            kl_loss = divergence(z_mean, z_log_var)
            total_loss = reconstruction_loss + kl_loss
        gradients = tape.gradient(total_loss, self.trainable_weights)
        self.optimizer.apply_gradients(
            zip(gradients, self.trainable_weights, strict=True)
        )
        return self.tracked(total_loss, reconstruction_loss, kl_loss)


class GAN(Textbook):
    """The GAN of the guide: fakes anew for each player, in one batch with real images for D."""

    losses_shown = "d_loss", "g_loss"

    def __init__(self, model):
        super().__init__()
        (self.discriminator,) = copies(model, "discriminator")
        self.generators = copies(model, "generator")
        self.latent_dim = model.latent_dim
        self.real_or_fake = losses.BinaryCrossentropy(from_logits=True)
        self.compile(
            like(model.discriminator_optimizer), like(model.generator_optimizer)
        )

    def compile(self, d_optimizer, g_optimizer):
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer

    def train_step(self, data):
        x, y = data
        fakes = self.imitate(x, y)
        with tf.GradientTape() as tape:
            d_loss = self.discriminator_loss(x, y, fakes)
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply_gradients(
            zip(tape.gradient(d_loss, weights), weights, strict=True)
        )
        with tf.GradientTape() as tape:
            g_loss = self.generator_loss(x, y)
        weights = [
            weight
            for network in self.generators
            for weight in network.trainable_weights
        ]
        self.g_optimizer.apply_gradients(
            zip(tape.gradient(g_loss, weights), weights, strict=True)
        )
        return self.tracked(d_loss, g_loss)

    def imitate(self, x, y):
        return self.generators[0](self.noise(ops.shape(x)[0]), training=True)

    def discriminator_loss(self, x, y, fakes):
        return self.told_apart(
            x, fakes, self.discriminator(ops.concatenate([x, fakes]), training=True)
        )

    def generator_loss(self, x, y):
        return self.fooled(self.imitate(x, y), y)

    def noise(self, count):
        """Latents drawn from the prior."""
        return keras.random.normal((count, self.latent_dim), seed=self.seed_generator)

    def told_apart(self, x, fakes, predictions):
        """The discriminator's loss: predictions on the real images, then on the fakes."""
        labels = ops.concatenate(
            [ops.ones((ops.shape(x)[0], 1)), ops.zeros((ops.shape(fakes)[0], 1))]
        )
        return self.real_or_fake(labels, predictions)

    def fooled(self, fakes, y):
        """The generator's loss on its fakes."""
        predictions = self.discriminator(fakes, training=True)
        return self.real_or_fake(ops.ones_like(predictions), predictions)


class ACGAN(GAN):
    """The GAN with labels in the generator and a class head on the discriminator."""

    fake_class_weight = 1.0

    def __init__(self, model):
        super().__init__(model)
        self.which_class = losses.SparseCategoricalCrossentropy(from_logits=True)

    def imitate(self, x, y):
        return self.generators[0]([self.noise(ops.shape(x)[0]), y], training=True)

    def discriminator_loss(self, x, y, fakes):
        realness, classes = self.judge(
            ops.concatenate([x, fakes]), ops.concatenate([y, y])
        )
        return self.told_apart(x, fakes, realness) + CLASS_WEIGHT * self.which_class(
            y, classes[: ops.shape(x)[0]]
        )

    def fooled(self, fakes, y):
        realness, classes = self.judge(fakes, y)
        missed = self.fake_class_weight * self.which_class(y, classes)
        return self.real_or_fake(ops.ones_like(realness), realness) + missed

    def judge(self, images, y):
        """Logits of being real, and of the class."""
        return self.discriminator(images, training=True)


class CVAECGAN(ACGAN):
    """The ACGAN with a CVAE as generator, and a D with a logit of being real per class."""

    fake_class_weight = FAKE_CLASS_WEIGHT

    def imitate(self, x, y):
        drawn = self.noise(ops.shape(x)[0])
        return ops.sigmoid(self.generators[1]([drawn, y], training=True))

    def generator_loss(self, x, y):
        encoder, decoder = self.generators
        z_mean, z_log_var = encoder([x, y], training=True)
        z = self.sampled(z_mean, z_log_var)
        leakage = LEAKAGE_WEIGHT * ops.mean(class_leakage(z_mean, y))
        elbo = (
            cross_entropy(x, decoder([z, y], training=True))
            + BETA * divergence(z_mean, z_log_var)
            + leakage
        )
        return ELBO_WEIGHT * elbo + self.fooled(self.imitate(x, y), y)

    def judge(self, images, y):
        realness, classes = self.discriminator(images, training=True)
        return ops.take_along_axis(realness, y[:, None], axis=1), classes


def cross_entropy(x, logits):
    """Cross-entropy of pixels and logits, nats per image."""
    pixels = losses.binary_crossentropy(x, logits, from_logits=True)
    return ops.mean(ops.sum(pixels, axis=(1, 2)))


def divergence(z_mean, z_log_var):
    """KL divergence from the prior, nats per image."""
    return ops.mean(
        ops.sum(
            -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var)), axis=1
        )
    )


PEERS = {"vae": VAE, "dcgan": GAN, "acgan": ACGAN, "cvae-cgan": CVAECGAN}
