"""Steps of pix2pix and CycleGAN as in their authors' PyTorch code, on kgen's networks.

Networks are in channels_last. As in that code, the discriminators are frozen in the generators'
turn. As in kgen, the discriminators play first, and one pass of the generators serves both turns.

Reference:
    https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix
"""

from peers.pytorch import like, networks, precision, real_or_fake

import torch
from torch.nn import functional


class Translator:
    """Two turns, two optimizers; a subclass gives the fakes, and the losses of both players."""

    def __init__(self, model, bfloat16):
        self.judges = networks(model, "discriminator")
        self.generators = networks(model, "generator")
        self.d_optimizer = like(model.discriminator_optimizer, *self.judges)
        self.g_optimizer = like(model.generator_optimizer, *self.generators)
        self.bfloat16 = bfloat16

    def __call__(self, x, y):
        with precision(self.bfloat16):
            outputs = self.forward(x, y)
            d_loss = self.discriminator_loss(x, y, outputs)
        descend(self.d_optimizer, d_loss)
        self.freeze(True)
        with precision(self.bfloat16):
            g_loss = self.generator_loss(x, y, outputs)
        descend(self.g_optimizer, g_loss)
        self.freeze(False)
        return g_loss

    def freeze(self, frozen):
        """Switches the discriminators' gradients off, or on."""
        for judge in self.judges:
            judge.requires_grad_(not frozen)


class Pix2Pix(Translator):
    """One discriminator of pairs."""

    def __init__(self, model, bfloat16):
        super().__init__(model, bfloat16)
        self.content_weight = model.content_weight

    def forward(self, x, y):
        return self.generators[0](x)

    def discriminator_loss(self, x, y, fakes):
        real, fake = (self.judge(x, values) for values in (y, fakes.detach()))
        return 0.5 * (real_or_fake(real, 1.0) + real_or_fake(fake, 0.0))

    def generator_loss(self, x, y, fakes):
        content = functional.l1_loss(fakes.float(), y)
        return real_or_fake(self.judge(x, fakes), 1.0) + self.content_weight * content

    def judge(self, x, y):
        return self.judges[0](torch.cat([x, y], dim=1))


class CycleGAN(Translator):
    """Two discriminators, each with a pool of earlier fakes; two generators, three passes each."""

    def __init__(self, model, bfloat16):
        super().__init__(model, bfloat16)
        self.pools = [Pool(model.pool_size) for _ in self.judges]
        self.weights = model.cycle_weight, model.identity_weight

    def forward(self, a, b):
        to_a, to_b = self.generators
        fakes = to_a(b), to_b(a)
        return fakes, (to_a(fakes[1]), to_b(fakes[0])), (to_a(a), to_b(b))

    def discriminator_loss(self, a, b, outputs):
        shown = [
            pool(fakes.detach())
            for pool, fakes in zip(self.pools, outputs[0], strict=True)
        ]
        return self.judged((a, b), 1.0) + self.judged(shown, 0.0)

    def generator_loss(self, a, b, outputs):
        fakes, again, same = outputs
        cycle, identity = (distance((a, b), values) for values in (again, same))
        return (
            self.judged(fakes, 1.0)
            + self.weights[0] * cycle
            + self.weights[1] * identity
        )

    def judged(self, values, target):
        """The loss if both discriminators should answer the target."""
        pairs = zip(self.judges, values, strict=True)
        return sum(
            0.5 * (judge(value).float() - target).square().mean()
            for judge, value in pairs
        )


class Pool:
    """Hands out earlier fakes in place of every other new one."""

    def __init__(self, size):
        self.size, self.kept = size, None

    def __call__(self, fakes):
        if self.kept is None or len(self.kept) < self.size:
            self.kept = (
                fakes
                if self.kept is None
                else torch.cat([self.kept, fakes])[: self.size]
            )
            return fakes
        swapped = torch.rand(len(fakes)) < 0.5
        slots = torch.randperm(self.size)[: int(swapped.sum())]
        shown = fakes.clone()
        shown[swapped], self.kept[slots] = self.kept[slots], fakes[swapped]
        return shown


def descend(optimizer, loss):
    """One optimizer step down a loss."""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def distance(values, others):
    """The sum of the mean absolute differences of two pairs."""
    return sum(
        functional.l1_loss(other.float(), value)
        for value, other in zip(values, others, strict=True)
    )


PEERS = {"pix2pix": Pix2Pix, "cycle-gan": CycleGAN}
