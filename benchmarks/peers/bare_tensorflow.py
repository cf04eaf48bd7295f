"""Steps by hand: kgen's own, pass for pass, in nothing but tapes inside a ``tf.function``."""

from kgen.losses import (
    class_leakage,
    class_loss,
    fake_loss,
    generator_loss,
    kl_divergence,
    real_loss,
)
from peers import (
    BETA,
    CLASS_WEIGHT,
    ELBO_WEIGHT,
    FAKE_CLASS_WEIGHT,
    LEAKAGE_WEIGHT,
    copies,
    like,
)

import tensorflow as tf


class VAE:
    """One tape, one optimizer."""

    def __init__(self, model):
        self.networks = self.encoder, self.decoder = copies(model)
        self.optimizer = like(model.optimizer)

    @tf.function
    def __call__(self, x, y):
        with tf.GradientTape() as tape:
            mean, log_var = self.encoder(x, training=True)
            logits = self.decoder(sampled(mean, log_var), training=True)
            loss = cross_entropy(x, logits) + tf.reduce_mean(
                kl_divergence(mean, log_var)
            )
        descend(self.optimizer, tape, loss, self.networks)
        return loss


class GAN:
    """One tape per player; the generator's records the fakes once, and then what D says of them."""

    def __init__(self, model):
        (self.discriminator,) = copies(model, "discriminator")
        self.generators = copies(model, "generator")
        self.d_optimizer = like(model.discriminator_optimizer)
        self.g_optimizer = like(model.generator_optimizer)
        self.latent_dim = model.latent_dim

    @tf.function
    def __call__(self, x, y):
        with tf.GradientTape() as generator_tape:
            fakes, elbo = self.imitate(x, y)
        with tf.GradientTape() as tape:
            d_loss = self.discriminator_loss(x, y, fakes)
        descend(self.d_optimizer, tape, d_loss, [self.discriminator])
        with generator_tape:
            g_loss = ELBO_WEIGHT * elbo + self.fooled(fakes, y)
        descend(self.g_optimizer, generator_tape, g_loss, self.generators)
        return d_loss, g_loss

    def imitate(self, x, y):
        return self.generators[0](self.noise(tf.shape(x)[0]), training=True), 0.0

    def discriminator_loss(self, x, y, fakes):
        real, fake = (
            self.discriminator(x, training=True),
            self.discriminator(fakes, training=True),
        )
        return tf.reduce_mean(real_loss(real)) + tf.reduce_mean(fake_loss(fake))

    def fooled(self, fakes, y):
        """The generator's loss on its fakes."""
        return tf.reduce_mean(generator_loss(self.discriminator(fakes, training=True)))

    def noise(self, count):
        """Latents drawn from the prior."""
        return tf.random.normal((count, self.latent_dim))


class ACGAN(GAN):
    """The GAN with labels in the generator and a class head on the discriminator."""

    fake_class_weight = 1.0

    def imitate(self, x, y):
        return self.generators[0]([self.noise(tf.shape(x)[0]), y], training=True), 0.0

    def discriminator_loss(self, x, y, fakes):
        (real, classes), (fake, _) = (self.judge(images, y) for images in (x, fakes))
        game = tf.reduce_mean(real_loss(real)) + tf.reduce_mean(fake_loss(fake))
        return game + CLASS_WEIGHT * tf.reduce_mean(class_loss(y, classes))

    def fooled(self, fakes, y):
        realness, classes = self.judge(fakes, y)
        missed = self.fake_class_weight * tf.reduce_mean(class_loss(y, classes))
        return tf.reduce_mean(generator_loss(realness)) + missed

    def judge(self, images, y):
        """Logits of being real, and of the class."""
        return self.discriminator(images, training=True)


class CVAECGAN(ACGAN):
    """The ACGAN with a CVAE as generator, and a D with a logit of being real per class."""

    fake_class_weight = FAKE_CLASS_WEIGHT

    def imitate(self, x, y):
        encoder, decoder = self.generators
        mean, log_var = encoder([x, y], training=True)
        z = sampled(mean, log_var)
        divergence = tf.reduce_mean(
            BETA * kl_divergence(mean, log_var)
            + LEAKAGE_WEIGHT * class_leakage(mean, y)
        )
        elbo = cross_entropy(x, decoder([z, y], training=True)) + divergence
        drawn = self.noise(tf.shape(x)[0])
        return tf.sigmoid(decoder([drawn, y], training=True)), elbo

    def judge(self, images, y):
        realness, classes = self.discriminator(images, training=True)
        return tf.gather(realness, y, batch_dims=1)[:, None], classes


def sampled(mean, log_var):
    """Latents drawn from the encoder's distributions."""
    return mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))


def cross_entropy(x, logits):
    """Cross-entropy of numbers and logits, nats per image or per row of a table."""
    numbers = tf.nn.sigmoid_cross_entropy_with_logits(x, logits)
    return tf.reduce_mean(tf.reduce_sum(numbers, axis=range(1, len(x.shape))))


def descend(optimizer, tape, loss, networks):
    """One step of the networks down their loss."""
    weights = [weight for network in networks for weight in network.trainable_weights]
    optimizer.apply(tape.gradient(loss, weights), weights)


PEERS = {"vae": VAE, "dcgan": GAN, "acgan": ACGAN, "cvae-cgan": CVAECGAN}
