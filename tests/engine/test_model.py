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
        x, *_ = self.unpack(data)
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
        super().__init__(
            {"generator": [generator], "discriminator": [discriminator]}, **options
        )
        self.generator, self.discriminator = generator, discriminator

    def objective(self, x, training=True):
        return ops.mean(
            self.discriminator(self.generator(x, training=training), training=training)
        )


def one_weight(regularizer=None):
    dense = keras.layers.Dense(
        1, use_bias=False, kernel_initializer="ones", kernel_regularizer=regularizer
    )
    dense.build((None, 1))
    return dense


def normalised_network():
    return keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2), keras.layers.BatchNormalization()]
    )


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
    assert model.evaluate(X, verbose=0, return_dict=True)["loss"] == pytest.approx(
        0.5 * average**2, rel=1e-6
    )


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
    moving = {
        name: getattr(model, name).layers[1].moving_mean
        for name in ("generator", "discriminator")
    }
    model.play("discriminator", model.objective, x)
    assert np.abs(ops.convert_to_numpy(moving["generator"])).max() == 0
    assert np.abs(ops.convert_to_numpy(moving["discriminator"])).max() > 0


def test_a_regularizer_of_the_other_player_is_not_this_ones_to_pay(batch):
    model = tiny("cvae-cgan")
    plain = float(model.test_step(batch)["generator_loss"])
    judge = model.discriminator.get_layer("realness")
    judge.kernel_regularizer = keras.regularizers.L2(1e3)
    judge.kernel.regularizer = keras.regularizers.L2(1e3)
    assert len(model.discriminator.losses) == 1
    model.reset_metrics()
    assert abs(float(model.test_step(batch)["generator_loss"]) - plain) < 10


class Duel(Normalised):
    """A GAN whose fakes are made in one pass for both players or in two; with an added loss."""

    scalars = ("size",)

    def call(self, z, training=False):
        fakes = self.generator(z, training=training)
        self.add_loss(self.score("size", 0.1 * ops.sum(ops.square(fakes), axis=-1)))
        return fakes

    def shown(self, x, fakes, training=True):
        return ops.mean(ops.square(self.discriminator(x) - 1.0)) + ops.mean(
            ops.square(self.discriminator(fakes))
        )

    def fooled(self, fakes, training=True):
        return ops.mean(ops.square(self.discriminator(fakes) - 1.0))

    def numbered(self, z, training):
        return self(z, training=training), ops.arange(4)

    def train_step(self, data):
        x, z = data
        fakes, numbers = self.share("generator", self.numbered, z)
        self.play("discriminator", self.shown, x, fakes)
        self.play(
            "generator", lambda fakes, _, training: self.fooled(fakes), fakes, numbers
        )
        return self.results()


class TwoPasses(Duel):
    def train_step(self, data):
        x, z = data
        self.play(
            "discriminator", lambda x, training: self.shown(x, self.generator(z)), x
        )
        self.play("generator", lambda z, training: self.fooled(self(z)), z)
        return self.results()


def dense_network(regularizer=None):
    return keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2, kernel_regularizer=regularizer)]
    )


@pytest.mark.parametrize("jitted", [False, True])
def test_a_shared_pass_is_the_pass_of_every_play(jitted):
    x, z = np.random.default_rng(0).normal(size=(2, 8, 2)).astype("float32")
    ends = []
    for kind in (Duel, TwoPasses):
        keras.utils.set_random_seed(0)
        model = kind(
            dense_network(keras.regularizers.L2(0.1)), dense_network(), ema_decay=0.5
        )
        model.compile(keras.optimizers.SGD(0.5), keras.optimizers.SGD(0.5))
        model.fit(
            x, z, batch_size=4, shuffle=False, epochs=2, verbose=0
        ) if jitted else model.train_step((x, z))
        logs = {name: float(value) for name, value in model.results().items()}
        ends.append(
            [
                *logs.values(),
                *(value for weight in model.get_weights() for value in weight.flat),
            ]
        )
    np.testing.assert_allclose(*ends, rtol=2e-6)


def test_a_shared_pass_that_no_play_takes_up_is_an_error():
    model = Duel(dense_network(), dense_network())
    model.compile()
    fakes = model.share("generator", model, ops.ones((4, 2)))
    with pytest.raises(ValueError, match=r"share\('generator', ...\) is called again"):
        model.share("generator", model, ops.ones((4, 2)))
    with pytest.raises(
        ValueError, match=r"play\('generator', ...\) takes none of the outputs of share"
    ):
        model.play("generator", model.fooled, fakes[:2])


class Gated(Normalised):
    """A GAN whose generator waits while images are dark; its pass is shared with D."""

    def waiting(self, x):
        return ops.mean(x) > 0.0

    def generate(self, x, training=True):
        return self.generator(x, training=training)

    def fooled(self, fakes, training=True):
        return ops.mean(ops.square(self.discriminator(fakes, training=training)))

    def train_step(self, x):
        fakes = self.share("generator", self.generate, x)
        self.play("discriminator", self.fooled, fakes)
        self.play("generator", self.fooled, fakes, when=self.waiting(x))
        return self.results()


class Ungated(Gated):
    def waiting(self, x):
        return None


def gated_game(kind=Gated):
    keras.utils.set_random_seed(0)
    model = kind(normalised_network(), normalised_network(), ema_decay=0.5)
    model.compile()
    return model


def state_of(model, player):
    """All that a step of the player changes: weights, their averages, and optimizer variables."""
    own = {
        id(weight) for network in model.players[player] for weight in network.weights
    }
    pairs = zip(model._averaged_weights(), model.averages, strict=True)
    moving = [variable for pair in pairs if id(pair[0]) in own for variable in pair]
    return [
        ops.convert_to_numpy(variable)
        for variable in [*moving, *model.optimizers[player].variables]
    ]


def fitted(model, x, jitted):
    model.fit(
        x, batch_size=8, shuffle=False, verbose=0
    ) if jitted else model.train_step(x)
    return model


@pytest.mark.parametrize("jitted", [False, True])
def test_a_gated_play_moves_nothing_at_all(jitted):
    model = gated_game()
    dark = np.random.default_rng(0).normal(-2.0, 1.0, (8, 2)).astype("float32")
    before = {player: state_of(model, player) for player in model.players}
    fitted(model, dark, jitted)
    moved = {
        player: any(
            (was != now).any()
            for was, now in zip(values, state_of(model, player), strict=True)
        )
        for player, values in before.items()
    }
    assert moved == {"generator": False, "discriminator": True}
    assert float(model.results()["generator_loss"]) > 0.0


@pytest.mark.parametrize("jitted", [False, True])
def test_a_play_whose_gate_is_open_is_the_play(jitted):
    light = np.random.default_rng(0).normal(2.0, 1.0, (24, 2)).astype("float32")
    ends = [
        state_of(fitted(gated_game(kind), light, jitted), "generator")
        for kind in (Gated, Ungated)
    ]
    for gated, free in zip(*ends, strict=True):
        np.testing.assert_allclose(gated, free, rtol=1e-6, atol=1e-7)


class Parts(AdversarialModel):
    """Scores the sum of every part that a batch is divided into."""

    def __init__(self, generator, discriminator):
        super().__init__({"generator": [generator], "discriminator": [discriminator]})

    def shares(self, data, count):
        """The images of each part, and their weighted mean."""
        batch = self.unpack(data)
        self._round.scores = {}
        for (part,) in self.parts(count, batch):
            yield (
                ops.convert_to_numpy(part)[:, 0].tolist(),
                float(self.score("x", part[:, 0])),
            )


def test_parts_share_out_every_image_with_its_weight():
    model = Parts(one_weight(), one_weight())
    data = (
        np.arange(7, dtype="float32")[:, None],
        None,
        np.array([1, 0, 0, 2, 0, 0, 0], "float32"),
    )
    assert list(model.shares(data, 3)) == [
        ([0, 3, 6], 2.0),
        ([1, 4], 0.0),
        ([2, 5], 0.0),
    ]
    with pytest.raises(
        ValueError,
        match="A batch of 7 images has no part for each of the critic's n_critic=8 plays",
    ):
        list(model.shares(data, 8))


def test_nan_stops_training_and_names_the_scalar(batch):
    x, y = batch
    model = tiny("cvae-cgan")
    spoilt = [np.full_like(weight, np.nan) for weight in model.decoder.get_weights()]
    model.decoder.set_weights(spoilt)
    with pytest.raises(
        TrainingDiverged, match=r"became nan in batch 1 of epoch 1.*lower learning rate"
    ):
        model.fit(x, y, verbose=0)


def test_unknown_backend_is_named(monkeypatch):
    import importlib

    import kgen.engine.backend as backend

    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(ImportError, match="'torch'.*Supported: 'tensorflow'"):
        importlib.reload(backend)


def test_ema_decay_out_of_range():
    with pytest.raises(
        ValueError, match=r"ema_decay=1.0 is not a number in \[0.0, 1.0\)"
    ):
        Shrink(one_weight(), ema_decay=1.0)


class Mean(GenerativeModel):
    """Scores the mean of its values."""

    scalars = ("mean",)

    def __init__(self, dense, **options):
        super().__init__({"model": [dense]}, **options)
        self.dense = dense

    def objective(self, x, training=True):
        return self.score("mean", x[:, 0]) + 0.0 * ops.sum(self.dense.kernel)

    def train_step(self, data):
        self.play("model", self.objective, self.unpack(data).x)
        return self.results()


@pytest.mark.parametrize("labels", [None, np.zeros(4)])
@pytest.mark.parametrize(
    "form", [lambda x: x, lambda x: {"x": x}], ids=["array", "names"]
)
def test_sample_weights_count_with_and_without_labels(form, labels):
    model = Mean(one_weight())
    x = form(np.arange(4, dtype="float32")[:, None])
    weights = np.array([0.0, 0, 0, 4])
    model.compile()
    validation = (x, labels, weights)
    logs = model.fit(
        x,
        labels,
        sample_weight=weights,
        validation_data=validation,
        shuffle=False,
        verbose=0,
    ).history
    assert logs["mean"] == logs["val_mean"] == [3.0]
    assert (
        model.evaluate(x, labels, sample_weight=weights, verbose=0, return_dict=True)[
            "mean"
        ]
        == 3.0
    )
