"""Games between small dense networks over a distribution of which everything is known."""

import argparse

import keras

from kgen import networks, plots
from kgen.runs.film import Film

EPOCHS, STEPS_AT_ONCE, SHOWN = 20, 10, 2000


def command(description, cls, mixture, **settings):
    """What a script of the course does: ``match`` from the command line; returns the model."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film", help="the GIF to write")
    parser.add_argument("--steps", type=int, default=settings.pop("steps"), help="how often G plays")
    arguments = parser.parse_args()
    model = match(cls, mixture, **vars(arguments), **settings)
    print(f"Written to {arguments.film}.")
    return model


def match(cls, mixture, width, steps, batch_size, learning_rate, activation="leaky_relu", film=None, seed=0, **options):
    """A model of ``cls`` trained on samples of the mixture for ``steps``, in whole rounds of 200, at least one.

    ``film`` names a GIF of its way there. The weights are averaged and the learning rate falls along a cosine, as the
    players of a game circle their equilibrium rather than come to rest in it. For the generator's
    ``activation``, "relu" draws narrow modes apart, "leaky_relu" suits smooth densities.
    """
    keras.utils.set_random_seed(seed)
    rounds = max(1, steps // (EPOCHS * STEPS_AT_ONCE))
    steps = rounds * EPOCHS * STEPS_AT_ONCE
    players = _players(mixture, width, activation)
    model = cls(*players, fields={"x": mixture.field}, seed=seed, ema_decay=0.999, **options)
    model.compile(*(_optimizer(learning_rate, steps * plays) for plays in (1, getattr(model, "n_critic", 1))))
    model.steps_per_execution = STEPS_AT_ONCE
    samples = mixture.samples(rounds * STEPS_AT_ONCE * batch_size, seed)
    callbacks = [Film(film, _drawing(mixture))] if film else []
    model.fit(samples, batch_size=batch_size, epochs=EPOCHS, verbose=2 if film else 0, callbacks=callbacks)
    return model


def _players(mixture, width, activation):
    limits = mixture.field.limits
    generator = networks.dense_generator(mixture.shape, *mixture.shape, width, limits, activation)
    return generator, networks.dense_discriminator(mixture.shape, width, dropout=0.0)


def _optimizer(learning_rate, plays):
    falling = keras.optimizers.schedules.CosineDecay(learning_rate, plays, alpha=0.01)
    # Without momentum, which would carry a player past what the other has meanwhile moved.
    return keras.optimizers.Adam(falling, beta_1=0.0, beta_2=0.9)


def _drawing(mixture):
    draw, real = (plots.density, plots.scatter)[mixture.shape[0] - 1], mixture.samples(SHOWN, seed=1)
    return lambda model, title: draw(real, model.generate(SHOWN, seed=0), mixture.value_range, title)
