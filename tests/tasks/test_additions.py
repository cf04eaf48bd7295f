"""A user's own model, task, metric and verb: one file and one line each, and the rest follows."""

import sys
import textwrap

import numpy as np
import pytest
from click.testing import CliRunner

from kgen import models, tasks, verbs
from kgen.cli.main import kgen
from kgen.experiments import testing, training
from kgen.metrics import catalogue
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

MODEL = '''
    """Principal components by gradient descent: a linear autoencoder."""

    import keras
    from keras import layers, ops

    from kgen.abilities import Encodes
    from kgen.engine import GenerativeModel
    from kgen.fields import Vector


    @keras.saving.register_keras_serializable("extra")
    class Linear(Encodes, GenerativeModel):
        scalars = ("squares",)

        def __init__(self, encoder, decoder, **options):
            super().__init__({"model": [encoder, decoder]}, **options)
            self.encoder, self.decoder = encoder, decoder

        @property
        def generator(self):
            return self.decoder

        def latent(self, x):
            return self.encoder(x)

        def draw(self, z):
            return self.decoder(z)

        def call(self, inputs, training=False):
            return self.decoder(self.encoder(inputs))

        def objective(self, x, training=True):
            return self.score("squares", ops.sum(ops.square(x - self(x)), axis=1))

        def train_step(self, data):
            self.play("model", self.objective, *self.unpack(data))
            return self.results()

        @classmethod
        def from_fields(cls, x: Vector, latent_dim=2, **options):
            x_in, z_in = keras.Input(x.shape), keras.Input((latent_dim,))
            encoder = keras.Model(x_in, layers.Dense(latent_dim, use_bias=False)(x_in))
            decoder = keras.Model(z_in, layers.Dense(x.shape[0], use_bias=False)(z_in))
            return cls(encoder, decoder, fields={"x": x}, **options)
'''
TASK = '''
    """How long latents are: watched, drawn and measured."""

    import numpy as np

    from kgen.abilities import Encodes
    from kgen.metrics import Evidence
    from kgen.plots import Estimates, stacked
    from kgen.tasks.task import Task


    class Length(Task):
        needs, lacking = Encodes, "it has no latents"
        groups, files = ("lengths",), {"lengths.png": "lengths of latents over those of values"}

        def diagnose(self, model, split, logs):
            lengths = np.linalg.norm(model.latents(split["x"]), axis=1)
            return {"latent_length": float(lengths.mean())}

        def figures(self, model, data):
            x = data.validation["x"]
            lengths = (np.linalg.norm(values, axis=1) for values in (x, model.latents(x)))
            return {"lengths.png": stacked([Estimates(*lengths)])}

        def evidence(self, study):
            return Evidence(latents=lambda _: study.model.latents(study.test["x"])), None, None
'''
METRIC = '''
    """The mean length of latents."""

    import numpy as np


    def mean_length(latents):
        return np.linalg.norm(latents, axis=1).mean()
'''
VERB = '''
    """Writes how long the latent vector of each value is."""

    import numpy as np

    from kgen.verbs.verb import Verb


    class Measure(Verb):
        task = "latent"

        def apply(self, model, values, scale: float):
            return {"length": scale * np.linalg.norm(model.latents(**values), axis=1)}
'''
FILES = {"task": TASK, "metric": METRIC, "verb": VERB, "__init__": ""}


@pytest.fixture
def extra(tmp_path, monkeypatch):
    """A user's package beside kgen, with its four lines, and a table to train on."""
    (tmp_path / "extra").mkdir()
    (tmp_path / "family").mkdir()
    for name, text in FILES.items():
        (tmp_path / "extra" / f"{name}.py").write_text(textwrap.dedent(text))
    (tmp_path / "family" / "linear.py").write_text(textwrap.dedent(MODEL))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    monkeypatch.setitem(
        models.MODELS, "linear", models.Entry("family.linear", "Linear", "", "")
    )
    monkeypatch.setitem(tasks.TASKS, "length", "extra.task.Length")
    line = catalogue.Metric(
        "lengths",
        "neither",
        "of latents",
        ("latents",),
        "extra.metric.mean_length",
        quick=True,
    )
    monkeypatch.setitem(catalogue.CATALOGUE, "mean_length", line)
    monkeypatch.setitem(
        verbs.VERBS,
        "measure",
        verbs.Entry("extra.verb.Measure", "Write the lengths of latents."),
    )
    x = np.random.default_rng(0).standard_normal((80, 2)) @ np.ones((2, 6)) + np.arange(
        6
    )
    np.savez(tmp_path / "table.npz", x=x)
    yield tmp_path
    for name in [
        name for name in sys.modules if name.partition(".")[0] in ("extra", "family")
    ]:
        del sys.modules[name]


def test_they_are_trained_watched_drawn_measured_and_applied(extra):
    config = RunConfig("linear", f"npz:{extra / 'table.npz'}", epochs=2, batch_size=8)
    run = training.start(extra / "run", config, eager=True)
    assert [row["latent_length"] > 0 for row in run.health] == [True, True]
    assert (run.path / "lengths.png").exists() and (
        run.path / "samples" / "epoch_0002.png"
    ).exists()
    assert testing.test(run)["mean_length"] > 0
    done = CliRunner().invoke(
        kgen,
        [
            "measure",
            str(run.path),
            str(extra / "table.npz"),
            str(extra / "out.npz"),
            "--scale",
            "2",
        ],
    )
    assert done.exit_code == 0, done.output
    latents = Run.open(run.path).model().latents(np.load(extra / "table.npz")["x"])
    np.testing.assert_allclose(
        np.load(extra / "out.npz")["length"],
        2 * np.linalg.norm(latents, axis=1),
        rtol=1e-5,
    )
    assert (
        "Write the lengths of latents." in CliRunner().invoke(kgen, ["--help"]).output
    )
