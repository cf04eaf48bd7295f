"""What every model that draws values keeps."""

import keras
import numpy as np
import pytest

from kgen.abilities import Conditional, Generates, Paints, Translates
from tests.conftest import CLASSES, SHAPE, every_model, tiny, uncompiled, untrained


def latents(model, count):
    return np.random.default_rng(0).standard_normal(
        (count, model.latent_dim), dtype="float32"
    )


@every_model(Generates)
def test_vocabulary_has_the_documented_shapes(name, batch):
    model, (x, y) = untrained(name), batch
    assert model.shape == model.fields["x"].shape == SHAPE
    assert type(model).from_config(model.get_config()).latent_dim == model.latent_dim
    assert model.decode(latents(model, 48), model.asked(y)).shape == x.shape
    assert model.generate(5, seed=1).shape == (5, *SHAPE)
    np.testing.assert_array_equal(model.generate(5, seed=1), model.generate(5, seed=1))


@every_model(Generates, without=Paints)
def test_latents_are_as_many_as_asked_for(name):
    assert untrained(name).latent_dim == 3


@every_model(Generates)
def test_images_lie_between_black_and_white(name):
    model = untrained(name)
    images = model.decode(
        100 * latents(model, 48), model.asked(np.arange(48) % CLASSES)
    )
    assert 0.0 <= images.min() < images.max() <= 1.0


@every_model(Generates)
def test_batches_of_any_size_give_the_same_images(name, batch, monkeypatch):
    model = untrained(name)
    y = model.asked(batch[1])
    whole = model.decode(latents(model, 48), y)
    monkeypatch.setattr(model, "batch_size", 7)
    np.testing.assert_allclose(model.decode(latents(model, 48), y), whole, atol=1e-6)


@every_model(Generates)
def test_images_of_bfloat16_networks_are_float32(name):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert tiny(name).generate(3, seed=0).dtype == "float32"
    finally:
        keras.config.set_dtype_policy("float32")


@every_model(Generates, without=(Conditional, Translates))
def test_labels_that_a_model_does_not_use_may_be_anything(name, batch):
    model, (x, y) = uncompiled(tiny(name)), batch
    assert np.isfinite(
        model.fit(x, y + 0.5, batch_size=48, verbose=0).history["loss"]
    ).all()
    assert model.asked(y) is None
    with pytest.raises(ValueError, match="knows no classes; leave the labels out"):
        model.generate(3, labels=1)


@every_model(Generates, without=Conditional)
def test_a_sheet_has_a_latent_vector_a_cell(name):
    model = untrained(name)
    sheet = model.sheet(2, columns=3, seed=5)
    np.testing.assert_array_equal(sheet.reshape(6, *SHAPE), model.generate(6, seed=5))


@every_model(Conditional)
def test_a_sheet_has_a_latent_vector_a_row_and_a_class_a_column(name):
    model = untrained(name)
    sheet, some = model.sheet(4, seed=5), model.sheet(4, seed=5, classes=[2, 0])
    assert sheet.shape == (4, CLASSES, *SHAPE)
    np.testing.assert_allclose(some, sheet[:, [2, 0]], atol=1e-6)
    assert len(model.captions) == CLASSES


@pytest.mark.parametrize("name", ["cvae", "cgan"])
def test_models_of_other_latent_sizes_are_shown_from_the_same_first_latents(
    name, monkeypatch
):
    seen = []
    for size in (2, 5):
        model = tiny(name, latent_dim=size)
        monkeypatch.setattr(
            model,
            "decode",
            lambda z, y: seen.append((z, y)) or np.zeros((len(z), 8, 8, 1)),
        )
        model.sheet(rows=4)
    (few, labels), (many, others) = seen
    np.testing.assert_array_equal(few, many[:, :2])
    np.testing.assert_array_equal(labels, others)


@every_model(Conditional)
def test_wrong_labels_are_refused(name, batch):
    model, (x, y) = untrained(name), batch
    with pytest.raises(ValueError, match=f"0 to {CLASSES - 1}"):
        model.fit(x, y + 1, verbose=0)
    with pytest.raises(ValueError, match="not class labels"):
        model.fit(x, y + 0.5, verbose=0)
    with pytest.raises(ValueError, match=r"predict\(\(x, y\)\)"):
        model.predict(x, verbose=0)
    with pytest.raises(ValueError, match="Different numbers"):
        model.decode(latents(model, 48), y[:5])
