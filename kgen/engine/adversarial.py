import keras

from kgen.engine.model import GenerativeModel


class AdversarialModel(GenerativeModel):
    """Base of the games: a generator and a discriminator, each with an optimizer of its own.

    Reference:
        Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661
    """

    def compile(self, generator_optimizer=None, discriminator_optimizer=None, **options):
        """Sets one optimizer a player, Adam(2e-4, beta_1=0.5) unless given (DCGAN, arXiv:1511.06434)."""
        given = {"generator": generator_optimizer, "discriminator": discriminator_optimizer}
        default = keras.optimizers.Adam
        self._compile({name: value or default(2e-4, beta_1=0.5) for name, value in given.items()}, options)

    def game_loss(self, logs):
        """The one number that stands for the state of the game: the sum of what both players pay."""
        return logs["generator_loss"] + logs["discriminator_loss"]

    def results(self):
        logs = super().results()
        return {"loss": self.game_loss(logs), **logs}
