"""Steps as PyTorch's DCGAN example writes them, around the same networks, in channels_last.

As there, the discriminator's gradients are computed in the generator's turn too, and thrown away.

Reference:
    https://pytorch.org/tutorials/beginner/dcgan_faces_tutorial.html
"""

from peers import (
    BETA,
    CLASS_WEIGHT,
    ELBO_WEIGHT,
    FAKE_CLASS_WEIGHT,
    LEAKAGE_WEIGHT,
)
from peers.torch_networks import Network

import torch
from torch.nn import functional


class VAE:
    """One optimizer."""

    def __init__(self, model, bfloat16):
        self.encoder, self.decoder = networks(model, "model")
        self.optimizer, self.bfloat16 = (
            like(model.optimizer, self.encoder, self.decoder),
            bfloat16,
        )

    def __call__(self, x, y):
        self.optimizer.zero_grad()
        with precision(self.bfloat16):
            mean, log_var = self.encoder(x)
            loss = (
                cross_entropy(x, self.decoder(sampled(mean, log_var)))
                + divergence(mean, log_var).mean()
            )
        loss.backward()
        self.optimizer.step()
        return loss


class Regressor:
    """A number read from volumes, trained by its squared error."""

    def __init__(self, model, bfloat16):
        (self.reader,) = networks(model, "model")
        self.optimizer, self.bfloat16 = like(model.optimizer, self.reader), bfloat16

    def __call__(self, x, y):
        self.optimizer.zero_grad()
        with precision(self.bfloat16):
            loss = functional.mse_loss(self.reader(x), y)
        loss.backward()
        self.optimizer.step()
        return loss


class GAN:
    """Fakes once for both players: D sees them detached, then G's step goes through D."""

    def __init__(self, model, bfloat16):
        (self.discriminator,) = networks(model, "discriminator")
        self.generators = networks(model, "generator")
        self.d_optimizer = like(model.discriminator_optimizer, self.discriminator)
        self.g_optimizer = like(model.generator_optimizer, *self.generators)
        self.latent_dim, self.bfloat16 = model.latent_dim, bfloat16

    def __call__(self, x, y):
        self.d_optimizer.zero_grad()
        with precision(self.bfloat16):
            fakes, elbo = self.imitate(x, y)
            d_loss = self.discriminator_loss(x, y, fakes.detach())
        d_loss.backward()
        self.d_optimizer.step()
        self.g_optimizer.zero_grad()
        with precision(self.bfloat16):
            g_loss = ELBO_WEIGHT * elbo + self.fooled(fakes, y)
        g_loss.backward()
        self.g_optimizer.step()
        return g_loss

    def imitate(self, x, y):
        return self.generators[0](torch.randn(len(x), self.latent_dim)), 0.0

    def discriminator_loss(self, x, y, fakes):
        return real_or_fake(self.discriminator(x), 1.0) + real_or_fake(
            self.discriminator(fakes), 0.0
        )

    def fooled(self, fakes, y):
        """The generator's loss on its fakes."""
        return real_or_fake(self.discriminator(fakes), 1.0)


class ACGAN(GAN):
    """The GAN with labels in the generator and a class head on the discriminator."""

    fake_class_weight = 1.0

    def imitate(self, x, y):
        return self.generators[0](torch.randn(len(x), self.latent_dim), y), 0.0

    def discriminator_loss(self, x, y, fakes):
        (real, classes), (fake, _) = self.judge(x, y), self.judge(fakes, y)
        class_loss = functional.cross_entropy(classes.float(), y)
        return (
            real_or_fake(real, 1.0)
            + real_or_fake(fake, 0.0)
            + CLASS_WEIGHT * class_loss
        )

    def fooled(self, fakes, y):
        realness, classes = self.judge(fakes, y)
        missed = functional.cross_entropy(classes.float(), y)
        return real_or_fake(realness, 1.0) + self.fake_class_weight * missed

    def judge(self, images, y):
        """Logits of being real, and of the class."""
        return self.discriminator(images)


class CVAECGAN(ACGAN):
    """The ACGAN with a CVAE as generator, and a D with a logit of being real per class."""

    fake_class_weight = FAKE_CLASS_WEIGHT

    def imitate(self, x, y):
        encoder, decoder = self.generators
        mean, log_var = encoder(x, y)
        z = sampled(mean, log_var)
        leakage = LEAKAGE_WEIGHT * class_leakage(mean, y)
        terms = BETA * divergence(mean, log_var) + leakage
        elbo = cross_entropy(x, decoder(z, y)) + terms.mean()
        drawn = torch.randn(len(x), self.latent_dim)
        return torch.sigmoid(decoder(drawn, y)), elbo

    def judge(self, images, y):
        realness, classes = self.discriminator(images)
        return realness.gather(1, y[:, None]), classes


def networks(model, player):
    """A player's networks in PyTorch."""
    return [Network(part) for part in model.players[player] if hasattr(part, "layers")]


def like(optimizer, *modules):
    """PyTorch's Adam with the settings of Keras'."""
    weights = [weight for module in modules for weight in module.parameters()]
    betas = optimizer.beta_1, optimizer.beta_2
    return torch.optim.Adam(
        weights, float(optimizer.learning_rate), betas, optimizer.epsilon
    )


def precision(bfloat16):
    """Where the forward passes run."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bfloat16)


def sampled(mean, log_var):
    """Latents drawn from the encoder's distributions."""
    mean, log_var = mean.float(), log_var.float()
    return mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)


def cross_entropy(x, logits):
    """Cross-entropy of pixels and logits, nats per image."""
    return functional.binary_cross_entropy_with_logits(
        logits.float(), x, reduction="sum"
    ) / len(x)


def divergence(mean, log_var):
    """KL divergence of each image's latents from the prior, in nats."""
    mean, log_var = mean.float(), log_var.float()
    return 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(dim=1)


def class_leakage(mean, y):
    """kgen's term of the same name."""
    same = (y[:, None] == y).float()
    others = same @ mean.float() - mean.float()
    return 0.5 * (mean * others / (same.sum(dim=1, keepdim=True) - 1).clamp(min=1)).sum(
        dim=1
    )


def real_or_fake(logits, target):
    """A player's loss if the images should be taken for the target."""
    return functional.binary_cross_entropy_with_logits(
        logits.float(), torch.full_like(logits.float(), target)
    )


def batches(split, field, batch_size):
    """Endless full, shuffled batches from memory, with bytes scaled as by a field of kgen."""
    images, labels = in_memory(split["x"]), torch.from_numpy(split.labels).long()
    for chosen in shuffled(split, batch_size):
        yield scaled(images[chosen], field), labels[chosen]


def pairs(split, fields, batch_size):
    """The same for two fields of images."""
    images = {name: in_memory(split[name]) for name in fields}
    for chosen in shuffled(split, batch_size):
        yield tuple(
            scaled(images[name][chosen], field) for name, field in fields.items()
        )


def shuffled(split, batch_size):
    """The rows of full batches, in a new order every time, without end."""
    while True:
        yield from torch.randperm(len(split)).split(batch_size)[
            : split.steps(batch_size)
        ]


def in_memory(images):
    """Images as PyTorch keeps them, channels first by their shape and last in memory."""
    return (
        torch.from_numpy(images)
        .permute(0, 3, 1, 2)
        .contiguous(memory_format=torch.channels_last)
    )


def scaled(images, field):
    """Bytes as a field of kgen scales them."""
    low, high = field.span
    return images.float() * ((high - low) / field.high) + low


def volumes(split, batch_size):
    """The same for volumes and numbers, both standardised by kgen's fields."""
    fields = split.fields
    stored = torch.from_numpy(split["x"]).permute(0, 4, 1, 2, 3)
    numbers = torch.from_numpy(fields["y"].scaled(split["y"]))
    while True:
        for chosen in torch.randperm(len(stored)).split(batch_size)[
            : split.steps(batch_size)
        ]:
            yield (
                (stored[chosen].float() - fields["x"].mean) / fields["x"].deviation,
                numbers[chosen],
            )


PEERS = {"vae": VAE, "dcgan": GAN, "acgan": ACGAN, "cvae-cgan": CVAECGAN}
