"""A user's own field kind and data source: one file and one line each, and the rest follows."""

import sys
import textwrap

import numpy as np
import pytest

from kgen import data, fields
from kgen.data.sources import SOURCES, Source
from kgen.experiments import testing, training
from kgen.experiments.evaluating import evaluate
from kgen.runs.config import RunConfig
from kgen.tasks.study import Settings

ANGLE = '''
    """Angles in degrees: networks take their cosine and sine."""

    import keras
    import numpy as np

    from kgen.fields import Numeric
    from kgen.fields.arrays import library
    from kgen.fields.painting import lines


    @keras.saving.register_keras_serializable("extra")
    class Angle(Numeric):
        noun = "angle"

        @classmethod
        def of(cls, values, name):
            return cls((2 * values.shape[1],), -1.0, 1.0, span=(-1.0, 1.0))

        def check(self, values, name):
            if np.ndim(values) != 2 or np.max(np.abs(values)) > 360:
                raise ValueError(f"{name} holds no angles between -360 and 360.")

        def scaled(self, values):
            use = library(values)
            radians = use.cast(values, "float32") * np.float32(np.pi / 180)
            return use.concatenate([use.cos(radians), use.sin(radians)], axis=-1)

        def unscaled(self, values):
            half = self.shape[0] // 2
            cosine, sine = values[..., :half], values[..., half:]
            return library(values).arctan2(sine, cosine) * np.float32(180 / np.pi)

        def paint(self, axes, cells):
            lines(axes, np.asarray(cells)[..., None], (-360.0, 360.0))
'''
WINDS = '''
    """Directions of the wind at three places that differ by a fixed angle."""

    import numpy as np

    from kgen.data import Data
    from kgen.fields import kind


    def read(_, name, count: int = 80):
        first = np.random.default_rng(0).uniform(-180, 180, (count, 1)).astype("float32")
        x = first + np.float32([0, 30, 60])
        return Data.from_arrays(name, {"x": x}, {"x": kind("angle").of(x, "x")})
'''


@pytest.fixture
def extra(tmp_path, monkeypatch):
    """A user's package beside kgen, with its two lines."""
    package = tmp_path / "extra"
    package.mkdir()
    for name, text in (("__init__", ""), ("angle", ANGLE), ("winds", WINDS)):
        (package / f"{name}.py").write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(fields.KINDS, "angle", "extra.angle.Angle")
    monkeypatch.setitem(
        SOURCES, "winds", Source("extra.winds", "", "directions of the wind")
    )
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "extra"]:
        del sys.modules[name]


@pytest.mark.whole
def test_a_field_and_a_source_are_trained_drawn_tested_and_evaluated(
    extra, few_resamples, tmp_path
):
    options = {"latent_dim": 2, "width": 2}
    config = RunConfig(
        "vae", "winds", epochs=2, batch_size=8, data={"count": "60"}, options=options
    )
    run = training.start(tmp_path / "run", config, eager=True)
    assert run.config.data == {"count": 60}
    dataset = run.dataset()
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 60
    drawn = run.model().generate(9, seed=0)
    assert drawn.shape == (9, 3) and np.abs(drawn).max() <= 180
    assert testing.test(run)["reconstruction_mse"] < 2.0
    assert (
        evaluate(run, settings=Settings(latents=3))["scores"]["active_units"]["value"]
        >= 0
    )
    for picture in ("grid.png", "samples/epoch_0002.png", "test_reconstructions.png"):
        assert (run.path / picture).stat().st_size > 0


def test_their_errors_are_told_like_all_others(extra):
    with pytest.raises(
        ValueError, match="number: winds has no such option.*takes count"
    ):
        data.load("winds", number=3)
    with pytest.raises(ValueError, match="count='many' is not a whole number"):
        data.load("winds", count="many")
