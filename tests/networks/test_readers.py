"""Networks that read numbers: the course's in their exact sizes, and what each of them learns."""

import math

import keras
import numpy as np
import pytest

from kgen import networks
from kgen.fields import Image, Number, Volume
from kgen.models import Regressor
from tests.conftest import AGES, CONCEPTS, SHAPE, tiny


@pytest.mark.parametrize(
    ("layout", "parameters"), [("baseline", 622_997), ("larger", 1_052_715)]
)
def test_a_reader_of_the_course_has_its_parameters(layout, parameters):
    assert networks.reader((96, 96, 96, 1), 3, layout).count_params() == parameters


def test_the_decider_of_three_concepts_is_3_64_1():
    assert networks.decider(3).count_params() == 3 * 64 + 64 + 64 + 1


@pytest.mark.parametrize(
    ("layout", "least"), [("baseline", 4), ("larger", 22), ("counting", 8)]
)
@pytest.mark.parametrize("rank", [2, 3])
def test_a_reader_takes_the_least_side_and_refuses_one_less(layout, least, rank):
    shape = (least,) * rank
    assert networks.reader((*shape, 1), 2, layout).output_shape == (None, 2)
    with pytest.raises(
        ValueError,
        match=f"network='{layout}' takes images or volumes with sides of at least {least}",
    ):
        networks.reader((*shape[1:], least - 1, 1), 2, layout)


def test_the_counting_reader_learns_one_layer():
    reader = networks.reader((96, 96, 96, 1), 3, "counting")
    assert (
        sum(math.prod(weight.shape) for weight in reader.trainable_weights)
        == 3 * 9 * 8**3 + 3
    )


@pytest.mark.parametrize("layout", networks.LAYOUTS)
@pytest.mark.parametrize("name", ["regressor", "concept-bottleneck"])
def test_a_model_is_saved_with_any_reader(name, layout, tmp_path):
    fields = {"x": Image((24, 24, 1)), "c": CONCEPTS, "y": AGES}
    model = tiny(name, fields, network=layout)
    images = np.random.default_rng(0).random((4, 24, 24, 1))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        again.estimate(images), model.estimate(images), rtol=1e-5
    )


def speckled(count, seed, side=16):
    """Noisy volumes, some voxels of which are bright wherever they lie, and how many."""
    random = np.random.default_rng(seed)
    rates = random.uniform(0.1, 0.4, (count, 1, 1, 1))
    bright = random.random((count, side, side, side)) < rates
    volumes = bright + random.normal(0.0, 0.1, bright.shape)
    return volumes.astype("float32")[..., None], bright.sum(axis=(1, 2, 3)).astype(
        "float32"
    )


def left_over(layout):
    """The error on new volumes of a reader trained on 64, as a share of their deviation."""
    (x, y), (new, true) = speckled(64, 0), speckled(64, 1)
    fields = {"x": Volume.of(x, "x").fitted(x), "y": Number.of(y, "y").fitted(y)}
    model = Regressor.from_fields(**fields, network=layout, seed=0)
    model.compile()
    model.fit(x, y, batch_size=16, epochs=40, verbose=0)
    return np.abs(model.estimate(new) - true).mean() / true.std()


@pytest.mark.whole
def test_the_counting_reader_counts_voxels_from_few_volumes():
    assert left_over("counting") < 0.25 < left_over("baseline")


def test_vectors_have_no_reader_of_the_course():
    with pytest.raises(
        ValueError, match=r"takes images or volumes .* the shape \(7,\)"
    ):
        networks.reader((7,), 1)


def test_a_regressor_reads_a_number_with_a_network_of_the_course():
    model = tiny("regressor", network="baseline")
    assert [
        layer.filters for layer in model.regressor.layers if hasattr(layer, "filters")
    ] == [2]
    assert model.estimate(np.zeros((3, *SHAPE), "float32")).shape == (3,)


def test_an_unknown_network_is_named_with_the_nearest():
    with pytest.raises(
        ValueError, match="Unknown network 'base'. Did you mean baseline"
    ):
        Regressor.from_fields(None, AGES, network="base")
