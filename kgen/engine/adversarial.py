import keras
from keras import ops

from kgen.engine.checks import check_parts
from kgen.engine.derived import Derived
from kgen.engine.model import GenerativeModel


class AdversarialModel(GenerativeModel):
    """Base of the games: several players, each with an objective and an optimizer of its own.

    Reference:
        Goodfellow et al., Generative Adversarial Nets, 2014, arXiv:1406.2661
    """

    def __init__(self, players, **options):
        super().__init__(players, **options)
        self._game_loss = Derived("loss", self._of_all_players)

    def default_optimizer(self):
        """A player's optimizer unless ``compile`` is given one; as in DCGAN, arXiv:1511.06434."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def compile(self, generator_optimizer=None, discriminator_optimizer=None, **options):
        """Sets one optimizer a player, that of the model's paper unless given."""
        self._compile_players(
            options, generator=generator_optimizer, discriminator=discriminator_optimizer
        )

    def _compile_players(self, options, **optimizers):
        self._compile(
            {player: given or self.default_optimizer() for player, given in optimizers.items()},
            options,
        )

    def parts(self, count, batch):
        """The batch in ``count`` parts, weights and all, for a player that plays so often; whole while evaluating."""
        count = 1 if self._round.evaluating else count
        check_parts(batch[0].shape[0], count)
        weight = self._round.weight
        for number in range(count):
            # Every count-th value, so that devices with a share of the batch each have a share of every part.
            take = slice(number, None, count)
            self._round.weight = None if weight is None else weight[take]
            yield [values[take] for values in batch]

    def between(self, x, fakes, training):
        """A point on the way from each fake to a value, drawn uniformly: where a critic's slope is looked at."""
        share = self.noise((ops.shape(x)[0], 1), training, keras.random.uniform)
        share = ops.reshape(share, (-1, *[1] * (len(x.shape) - 1)))
        return share * x + (1.0 - share) * fakes

    def pooled(self, pool, fakes, training):
        """The fakes that a judge sees: in training some of earlier steps in place of new ones, out of a pool."""
        if pool is None or not training:
            return fakes
        sizes = (pool.size,), (ops.shape(fakes)[0],)
        return pool(fakes, *(self.noise(size, training, keras.random.uniform) for size in sizes))

    def game_loss(self, logs):
        """The one number that stands for the state of the game: the sum of what all players pay."""
        return sum(logs[self.loss_name(player)] for player in self.players)

    @property
    def metrics(self):
        return [self._game_loss, *super().metrics]

    def _of_all_players(self):
        return self.game_loss({name: tracker.result() for name, tracker in self.trackers.items()})


def clip_weights(network, clip):
    """Keeps each weight of a network within −clip and clip, however its optimizer moves it."""
    for weight in network.trainable_variables:
        weight.constraint = lambda value: ops.clip(value, -clip, clip)
