from kgen import checks, losses, networks
from kgen.engine.checks import check_parts
from kgen.fields import Numeric
from kgen.models.adversarial.game import Game


class WassersteinGame(Game):
    """What the Wasserstein GANs share: D is a critic f, whose steepness is bounded, and plays more often than G.

        discriminator f(G(z)) − f(x),   z ~ N(0, I)
        generator     −f(G(z))

    A batch is ``n_critic`` equal parts: the critic plays once on each, against fakes of its own, then G plays once with
    as many codes as a part has images. So ``batch_size=320`` with 5 plays is the papers' batch of 64. ``loss`` is f(x)
    − f(G(z)): at the best critic the Wasserstein distance, up to its steepness, and so the only loss of a game that
    falls as the fakes get better.

    Args:
        generator: built model, codes (n, latent_dim) to scaled values (n, …).
        discriminator: built model, scaled values to a number without bounds (n, 1).
        n_critic: int ≥ 1, plays of the critic for one of G.
        **options: ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``n_critic`` is below 1, or a batch is too small for its parts.
    """

    boundary = None
    comparable_loss = False

    def __init__(self, generator, discriminator, n_critic=5, **options):
        super().__init__(generator, discriminator, **options)
        checks.check_sizes(n_critic=n_critic)
        self.n_critic = n_critic

    def discriminator_loss(self, real_values, fake_values, training=True):
        """What the critic pays for not setting images above fakes, given what it says of both."""
        real_loss = self.score("real_loss", losses.wasserstein_loss(real_values, -1.0))
        return real_loss + self.score("fake_loss", losses.wasserstein_loss(fake_values, 1.0))

    def generator_loss(self, fake_values):
        """What G pays for what the critic says of its fakes."""
        return self.score("adversarial_loss", losses.wasserstein_loss(fake_values, -1.0))

    def critic_objective(self, x, *labels, training=True):
        fakes = self.generate_fakes(x, *labels, training=training)
        return self.discriminator_objective(x, fakes, *labels, training=training)

    def plays(self, player):
        return self.n_critic if player == "discriminator" else 1

    def train_step(self, data):
        for batch in self.parts(self.n_critic, self.unpack(data)):
            self.play("discriminator", self.critic_objective, *batch)
        _, *labels = batch
        fakes = self.share("generator", self.generate_fakes, *batch)
        self.play("generator", self.generator_objective, fakes, *labels)
        return self.results()

    def game_loss(self, logs):
        return -logs["real_loss"] - logs["fake_loss"]

    def fit(self, x=None, y=None, batch_size=None, *args, **kwargs):
        _check_last_batch(x, batch_size or 32, self.n_critic)
        return super().fit(x, y, batch_size, *args, **kwargs)

    @classmethod
    def from_fields(cls, x: Numeric, latent_dim=100, width=64, **options):
        """DCGAN's generator and a critic without BatchNorm, dense ones for vectors."""
        latent_dim, width = checks.check_sizes(latent_dim=latent_dim, width=width)
        x = x.bounded()
        generator = networks.generator(x.shape, latent_dim, width, limits=x.limits)
        return cls(generator, networks.critic(x.shape, width), fields={"x": x}, **options)


def _check_last_batch(x, batch_size, count):
    """Raises where an array of images leaves a batch, the last one included, of fewer than ``count`` images."""
    if hasattr(x, "shape"):
        check_parts(len(x) % batch_size or batch_size, count)
