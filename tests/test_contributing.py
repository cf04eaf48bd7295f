"""The recipes of CONTRIBUTING.md for a GAN of one's own, followed to the letter."""

import math
import re
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

from kgen import models
from kgen.data import Data
from kgen.fields import Image
from kgen.tasks.play import Play

ROOT = Path(__file__).parents[1]
# The document of each recipe, and the losses of D and G before any training.
RECIPES = {
    "HingeGAN": ("CONTRIBUTING.md", {"discriminator_loss": 2.0, "generator_loss": 0.0}),
    "RelativisticGAN": (
        "CONTRIBUTING.md",
        {"discriminator_loss": math.log(2), "generator_loss": math.log(2)},
    ),
}
LOADED = {}


def blocks(document):
    """The Python of a document, block by block."""
    return re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(), re.DOTALL)


def recipe(name):
    """The class that a page defines."""
    if name not in LOADED:
        (page,) = [
            block for block in blocks(RECIPES[name][0]) if f"class {name}(" in block
        ]
        names = {"__name__": name.lower()}
        exec(page, names)
        LOADED[name] = names[name]
    return LOADED[name]


def built(name):
    model = recipe(name).from_shape((8, 8, 1), latent_dim=3, width=4, seed=0)
    model.compile()
    return model


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipe_plays_and_is_saved(name, tmp_path):
    x = np.random.default_rng(0).uniform(0, 1, (32, 8, 8, 1)).astype("float32")
    model = built(name)
    paid = model.evaluate(x, verbose=0, return_dict=True)
    assert {loss: paid[loss] for loss in RECIPES[name][1]} == pytest.approx(
        RECIPES[name][1], abs=0.05
    )
    model.fit(x, batch_size=16, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.generate(4, seed=0), model.generate(4, seed=0))


@pytest.mark.parametrize("name", RECIPES)
def test_the_recipe_has_a_line_in_the_registry(name):
    (line,) = [block for block in blocks(RECIPES[name][0]) if f'"{name}", ' in block]
    ((key, entry),) = eval(f"{{{line}}}", {"Entry": models.Entry}).items()
    assert (entry.class_name, entry.module) == (name, f"adversarial.{name.lower()}")
    assert key not in models.MODELS


def test_both_losses_of_the_relativistic_gan_compare_real_and_fake():
    model = built("RelativisticGAN")
    real, fake = (
        ops.convert_to_tensor([[3.0], [0.5]]),
        ops.convert_to_tensor([[1.0], [0.5]]),
    )
    lower, equal, higher = (
        math.log1p(math.exp(-2)),
        math.log(2),
        math.log1p(math.exp(2)),
    )
    assert float(model.discriminator_loss(real, fake)) == pytest.approx(
        (lower + equal) / 2
    )
    model.judge = lambda values, training: values
    assert float(model.generator_objective(fake, real)) == pytest.approx(
        (higher + equal) / 2
    )


@pytest.mark.parametrize(
    ("name", "accuracies"), [("HingeGAN", True), ("RelativisticGAN", False)]
)
def test_where_a_recipe_draws_no_boundary_the_monitor_reads_no_accuracy(
    name, accuracies
):
    diagnostics = Play().diagnose(
        built(name), Data.from_arrays(*random_images()).validation, {}
    )
    measured = [
        name in diagnostics for name in ("discriminator_accuracy", "fake_accuracy")
    ]
    assert measured == [accuracies, accuracies]
    assert diagnostics["diversity"] >= 0.0


def random_images():
    x = np.random.default_rng(0).uniform(0, 1, (40, 8, 8, 1)).astype("float32")
    return "random", {"x": x}, {"x": Image((8, 8, 1))}
