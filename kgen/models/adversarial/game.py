from keras import ops

from kgen.engine import AdversarialModel, ImageGenerator, checks


class Game(ImageGenerator, AdversarialModel):
    """What the games between G and D share: who plays, in which order, on which images. The losses are the model's.

    A model gives ``discriminator_loss`` and ``generator_loss``. No loss of a game says how good the fakes are: each
    measures a player by the other of the moment. So ``loss``, the sum of what both pay, is there to see a game fail;
    there is no ``monitor``, and a run's best model is its last.

    Args:
        generator: built model, codes (n, latent_dim) to images (n, height, width, channels) in ``pixel_range``.
        discriminator: built model, images to one number each, (n, 1).
        pixel_range: the least and the greatest value of a pixel.
        **options: ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if ``pixel_range`` is out of range.
    """

    monitor = None
    scalars = ("real_loss", "fake_loss", "adversarial_loss")

    def __init__(self, generator, discriminator, pixel_range=(-1.0, 1.0), **options):
        super().__init__({"discriminator": [discriminator], "generator": [generator]}, **options)
        self.generator, self.discriminator = generator, discriminator
        self.pixel_range = checks.check_pixel_range(pixel_range)

    def call(self, inputs, training=False):
        return self.generator(inputs, training=training)

    def generate_fakes(self, x, y, training=True):
        """As many fakes as there are images, of the same classes where the model knows classes."""
        z = self.noise((ops.shape(x)[0], self.latent_dim), training)
        return self(self.inputs_of(z, y), training=training)

    def judge(self, x, y, training):
        """What D says of images."""
        return self.discriminator(x, training=training)

    def discriminator_objective(self, x, y, fakes, training=True):
        return self.discriminator_loss(self.judge(x, y, training), self.judge(fakes, y, training), training)

    def generator_objective(self, fakes, y, training=True):
        return self.generator_loss(self.judge(fakes, y, training))

    def train_step(self, data):
        x, y = self.unpack(data)
        fakes = self.share("generator", self.generate_fakes, x, y)
        self.play("discriminator", self.discriminator_objective, x, y, fakes)
        self.play("generator", self.generator_objective, fakes, y)
        return self.results()
