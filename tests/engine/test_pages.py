"""Mistakes in a user's own model, each refused before it costs a training."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from kgen.engine import GenerativeModel
from kgen.experiments import training
from kgen.fields import Vector
from kgen.models import MODELS, Entry
from kgen.runs.config import RunConfig

X = np.random.default_rng(0).standard_normal((40, 3)).astype("float32")


class Page(GenerativeModel):
    """A linear map of vectors onto themselves."""

    scalars = ("squares",)

    def __init__(self, network, weight=1.0, **options):
        super().__init__({"model": [network]}, **options)
        self.network, self.weight = network, weight

    def objective(self, x, training=True):
        return self.score("squares", ops.sum(ops.square(x - self.network(x)), axis=1))

    def train_step(self, data):
        self.play("model", self.objective, *self.unpack(data))
        return self.results()

    @classmethod
    def from_fields(cls, x: Vector, weight=1.0, **options):
        return cls(linear(x.shape), weight, fields={"x": x}, **options)


def linear(shape=(3,)):
    x = keras.Input(shape)
    return keras.Model(x, layers.Dense(shape[0])(x))


def compiled(cls):
    model = cls.from_fields(Vector((3,)))
    model.compile()
    model.run_eagerly = True
    return model


def test_a_score_needs_one_number_per_example():
    class Summed(Page):
        def objective(self, x, training=True):
            return self.score("squares", ops.sum(ops.square(x - self.network(x))))

    with pytest.raises(
        ValueError,
        match=r"score\('squares', values\) takes one number per example.*shape \(\)",
    ):
        compiled(Summed).train_step(X)


def test_a_score_has_to_be_among_the_scalars():
    class Silent(Page):
        scalars = ()

    with pytest.raises(
        ValueError,
        match=r"Silent scores 'squares', which is not in its scalars = \(\). Add it there.",
    ):
        compiled(Silent).train_step(X)


def test_a_network_of_no_player_is_named():
    class Forgetful(Page):
        def __init__(self, network, weight=1.0, **options):
            super().__init__(network, weight, **options)
            self.other = linear()

    with pytest.raises(
        ValueError,
        match="Forgetful has dense.*belongs to no player and would never be trained",
    ):
        compiled(Forgetful)


def test_an_argument_that_is_not_kept_is_named():
    class Careless(Page):
        def __init__(self, network, strength=1.0, **options):
            super().__init__(network, **options)

    with pytest.raises(
        ValueError, match=r"Careless.__init__ takes 'strength'.*Set self.strength."
    ):
        compiled(Careless).get_config()


@pytest.fixture
def own(monkeypatch, tmp_path):
    """The user's model in the registry under its own name, and a table to train it on."""
    np.savez(tmp_path / "table.npz", x=X)
    monkeypatch.setattr(
        Entry, "load", lambda entry: Page if entry.module == "page" else LOAD(entry)
    )
    monkeypatch.setitem(MODELS, "page", Entry("page", "Page", "", ""))
    return RunConfig("page", f"npz:{tmp_path / 'table.npz'}", epochs=1, batch_size=8)


LOAD = Entry.load


def test_a_class_that_could_not_be_read_again_is_refused(own, tmp_path):
    with pytest.raises(
        ValueError, match="Page could not be read from a file again: decorate it with"
    ):
        training.start(tmp_path / "run", own)
    assert not (tmp_path / "run").exists()


def test_a_run_that_fails_in_its_first_epoch_leaves_its_directory_free(
    own, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        "kgen.experiments.building._check_registered", lambda *classes: None
    )

    def fail(self, *args, **options):
        raise ValueError("no step is taken")

    monkeypatch.setattr(Page, "fit", fail)
    with pytest.raises(ValueError, match="no step is taken"):
        training.start(tmp_path / "run", own)
    assert not (tmp_path / "run").exists()


def test_a_headline_is_of_what_is_logged():
    class Misspelt(Page):
        headline = ("loss", "square")

    with pytest.raises(
        ValueError,
        match=r"Misspelt.headline holds 'square', which it does not log. Known: .*squares",
    ):
        compiled(Misspelt)


def test_a_network_of_two_players_is_refused():
    class Shared(Page):
        def __init__(self, network, **options):
            players = {"encoder": [network], "autoencoder": [network]}
            GenerativeModel.__init__(self, players, **options)

    with pytest.raises(
        ValueError, match="weights of the players 'encoder' and 'autoencoder'.*add up"
    ):
        Shared(linear())
