"""README's recipe for a model of one's own, followed to the letter."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()


@pytest.fixture(scope="module")
def recipe():
    """The class that README's page defines."""
    (page,) = [block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "class HingeGAN" in block]
    names = {"__name__": "hingegan"}
    exec(page, names)
    return names["HingeGAN"]


def test_the_recipe_plays_and_is_saved(recipe, tmp_path):
    x = np.random.default_rng(0).uniform(0, 1, (32, 8, 8, 1)).astype("float32")
    model = recipe.from_shape((8, 8, 1), latent_dim=3, width=4, seed=0)
    model.compile()
    assert model.evaluate(x, verbose=0, return_dict=True)["discriminator_loss"] == pytest.approx(2.0, abs=0.05)
    model.fit(x, batch_size=16, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.generate(4, seed=0), model.generate(4, seed=0))
