"""Below a thousand training images there are special defaults, which user settings override."""

import numpy as np
import pytest

from kgen import data
from kgen.engine.options import FEW
from kgen.experiments.building import completed
from kgen.models import MODELS
from kgen.models.hybrid.cvaecgan import CVAECGAN
from kgen.runs.config import RunConfig


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Data sets by the number of training images, grey or black and white, or of vectors."""
    folder = tmp_path_factory.mktemp("few")

    def made(count, shape=(8, 8, 1), most=255):
        path, random = (
            folder / f"{count}-{len(shape)}-{most}.npz",
            np.random.default_rng(0),
        )
        x = random.integers(0, most, (count, *shape), endpoint=True).astype(
            "uint8" if most > 1 else bool
        )
        np.savez(
            path,
            x=x if len(shape) > 1 else x / 255.0,
            y=np.arange(count) % 2,
            x_test=x[:20],
            y_test=np.arange(20) % 2,
        )
        return data.load(f"npz:{path}")

    return made


def of(dataset, model="cvae-cgan", **asked):
    return completed(RunConfig(model, dataset.name, **asked), dataset)


def test_few_images_have_their_settings(images):
    config = of(images(200))
    assert config.options == CVAECGAN.of_few["options"]
    assert config.learning_rates == CVAECGAN.of_few["learning_rates"]
    assert config.learning_rate_schedule == "cosine"


def test_many_images_and_few_vectors_have_none(images):
    many, vectors = images(FEW * 10 // 8), images(200, (6,))
    assert len(many.train) >= FEW > len(vectors.train)
    assert of(many).options == of(vectors).options == {}
    assert of(many).learning_rates == of(vectors).learning_rates == {}


def test_what_a_user_says_comes_first(images):
    config = of(
        images(200),
        options={"beta": 1.0, "few": False},
        learning_rates={"generator": 1e-4},
    )
    assert config.options["beta"] == 1.0 and config.options["few"] is False
    assert (
        config.learning_rates == {"generator": 1e-4}
        and config.learning_rate_schedule == "constant"
    )
    assert of(images(200), learning_rate_schedule="warmup").learning_rates == {}


def test_black_and_white_images_keep_their_likelihood(images):
    assert "likelihood" not in of(images(200, most=1)).options
    assert "likelihood" not in of(images(200), binarisation="static").options


@pytest.mark.parametrize("name", [name for name in MODELS if name != "cvae-cgan"])
def test_models_without_such_settings_keep_their_own(name, images):
    if not MODELS[name].load().of_few:
        assert of(images(200), name).learning_rates == {}
