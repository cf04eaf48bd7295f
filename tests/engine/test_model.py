import keras
import numpy as np
import pytest
from keras import ops

from kgen.engine import AdversarialModel, GenerativeModel
from kgen.engine.callbacks import TrainingDiverged
from tests.conftest import tiny


class Shrink(GenerativeModel):
    """One weight pulled to zero: loss = ½ w² with w starting at 1, so that every step is known."""

    def __init__(self, dense, **options):
        super().__init__({"model": [dense]}, **options)
        self.dense = dense

    def objective(self, x, training=True):
        return 0.5 * ops.sum(ops.square(self.dense.kernel)) + 0.0 * ops.sum(x)

    def train_step(self, data):
        x, _ = self.unpack(data)
        self.play("model", self.objective, x)
        return self.results()


class Penalised(Shrink):
    """A critic D(x) = w·x that pays ½ (‖∇D(x)‖ − 3)², whatever x."""

    scalars = ("slope",)

    def objective(self, x, training=True):
        slopes = self.input_gradient(self.dense, x)
        return self.score("slope", 0.5 * ops.square(ops.norm(slopes, axis=-1) - 3.0))


class Normalised(AdversarialModel):
    """Two players with BatchNorm; each one's objective runs the other in training mode."""

    def __init__(self, generator, discriminator, **options):
        super().__init__({"generator": [generator], "discriminator": [discriminator]}, **options)
        self.generator, self.discriminator = generator, discriminator

    def objective(self, x, training=True):
        return ops.mean(self.discriminator(self.generator(x, training=training), training=training))


def one_weight(regularizer=None):
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", kernel_regularizer=regularizer)
    dense.build((None, 1))
    return dense


def normalised_network():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])


X = np.ones((4, 1), "float32")


def test_the_gradient_by_the_input_can_be_differentiated_by_the_weights():
    model = Penalised(one_weight())
    model.compile(keras.optimizers.SGD(0.5))
    for expected in (2.0, 2.5, 2.75):
        logs = model.fit(X, batch_size=4, verbose=0).history
        assert float(model.dense.kernel[0, 0]) == expected
    assert logs["loss"] == [0.5 * 0.5**2]


def test_gradient_step_and_moving_average_are_exact():
    model = Shrink(one_weight(), ema_decay=0.9)
    model.compile(keras.optimizers.SGD(0.5))
    weights, average = [1.0], 1.0
    for step in range(1, 4):
        model.train_step(X)
        weights.append(weights[-1] * 0.5)
        decay = min(0.9, (1 + step) / (10 + step))
        average = decay * average + (1 - decay) * weights[-1]
        assert float(model.dense.kernel[0, 0]) == weights[-1]
        assert float(model.averages[0][0, 0]) == pytest.approx(average, rel=1e-6)
    with model.averaged():
        assert float(model.dense.kernel[0, 0]) == pytest.approx(average, rel=1e-6)
    assert float(model.dense.kernel[0, 0]) == weights[-1]


def test_evaluation_uses_the_average():
    model = Shrink(one_weight(), ema_decay=0.9)
    model.compile(keras.optimizers.SGD(0.5))
    model.train_step(X)
    average = float(model.averages[0][0, 0])
    assert model.evaluate(X, verbose=0, return_dict=True)["loss"] == pytest.approx(0.5 * average**2, rel=1e-6)


def test_a_regularizer_counts_once_and_is_followed():
    model = Shrink(one_weight(keras.regularizers.L2(0.25)))
    model.compile(keras.optimizers.SGD(0.1))
    logs = model.train_step(X)
    assert float(logs["loss"]) == pytest.approx(0.5 + 0.25)
    assert float(model.dense.kernel[0, 0]) == pytest.approx(1 - 0.1 * (1 + 0.5))


def test_a_play_leaves_the_other_players_batch_norm_alone():
    model = Normalised(normalised_network(), normalised_network())
    model.compile()
    x = np.random.default_rng(0).normal(3.0, 2.0, (16, 2)).astype("float32")
    moving = {name: getattr(model, name).layers[1].moving_mean for name in ("generator", "discriminator")}
    model.play("discriminator", model.objective, x)
    assert np.abs(ops.convert_to_numpy(moving["generator"])).max() == 0
    assert np.abs(ops.convert_to_numpy(moving["discriminator"])).max() > 0


def test_a_regularizer_of_the_other_player_is_not_this_ones_to_pay(batch):
    model = tiny("cvae-cgan")
    plain = float(model.test_step(batch)["generator_loss"])
    model.discriminator.layers[3].kernel_regularizer = keras.regularizers.L2(1e3)
    model.discriminator.layers[3].kernel.regularizer = keras.regularizers.L2(1e3)
    assert len(model.discriminator.losses) == 1
    model.reset_metrics()
    assert abs(float(model.test_step(batch)["generator_loss"]) - plain) < 10


class Duel(Normalised):
    """A game whose fakes are made in one pass for both players, or in one for each; with a loss on the way."""

    scalars = ("size",)

    def call(self, z, training=False):
        fakes = self.generator(z, training=training)
        self.add_loss(self.score("size", 0.1 * ops.sum(ops.square(fakes), axis=-1)))
        return fakes

    def shown(self, x, fakes, training=True):
        return ops.mean(ops.square(self.discriminator(x) - 1.0)) + ops.mean(ops.square(self.discriminator(fakes)))

    def fooled(self, fakes, training=True):
        return ops.mean(ops.square(self.discriminator(fakes) - 1.0))

    def numbered(self, z, training):
        return self(z, training=training), ops.arange(4)

    def train_step(self, data):
        x, z = data
        fakes, numbers = self.share("generator", self.numbered, z)
        self.play("discriminator", self.shown, x, fakes)
        self.play("generator", lambda fakes, _, training: self.fooled(fakes), fakes, numbers)
        return self.results()


class TwoPasses(Duel):
    def train_step(self, data):
        x, z = data
        self.play("discriminator", lambda x, training: self.shown(x, self.generator(z)), x)
        self.play("generator", lambda z, training: self.fooled(self(z)), z)
        return self.results()


def dense_network(regularizer=None):
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, kernel_regularizer=regularizer)])


@pytest.mark.parametrize("jitted", [False, True])
def test_a_shared_pass_is_the_pass_of_every_play(jitted):
    x, z = np.random.default_rng(0).normal(size=(2, 8, 2)).astype("float32")
    ends = []
    for kind in (Duel, TwoPasses):
        keras.utils.set_random_seed(0)
        model = kind(dense_network(keras.regularizers.L2(0.1)), dense_network(), ema_decay=0.5)
        model.compile(keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.5))
        model.fit(x, z, batch_size=4, shuffle=False, epochs=2, verbose=0) if jitted else model.train_step((x, z))
        logs = {name: float(value) for name, value in model.results().items()}
        ends.append([*logs.values(), *(value for weight in model.get_weights() for value in weight.flat)])
    np.testing.assert_allclose(*ends, rtol=2e-6)


def test_a_shared_pass_that_no_play_takes_up_is_an_error():
    model = Duel(dense_network(), dense_network())
    model.compile()
    fakes = model.share("generator", model, ops.ones((4, 2)))
    with pytest.raises(ValueError, match=r"share\('generator', ...\) is called again"):
        model.share("generator", model, ops.ones((4, 2)))
    with pytest.raises(ValueError, match=r"play\('generator', ...\) takes none of the outputs of share"):
        model.play("generator", model.fooled, fakes[:2])


def test_nan_stops_training_and_names_the_scalar(batch):
    x, y = batch
    model = tiny("cvae-cgan")
    model.decoder.layers[-1].set_weights([np.full_like(w, np.nan) for w in model.decoder.layers[-1].get_weights()])
    with pytest.raises(TrainingDiverged, match=r"became nan in batch 1 of epoch 1.*lower learning rate"):
        model.fit(x, y, verbose=0)


def test_unknown_backend_is_named(monkeypatch):
    import importlib

    import kgen.engine.backend as backend

    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(ImportError, match="'torch'.*Supported: 'tensorflow'"):
        importlib.reload(backend)


def test_ema_decay_out_of_range():
    with pytest.raises(ValueError, match=r"ema_decay=1.0 is not a number in \[0.0, 1.0\)"):
        Shrink(one_weight(), ema_decay=1.0)
