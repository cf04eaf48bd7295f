"""Every model on every kind of field that it takes, and every door through which values come."""

import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from kgen import fields, networks
from kgen.abilities import Conditional, Generates, Regresses
from kgen.engine.accepts import refusal, wanted
from kgen.fields import Grid, Image, Label, Mask, Number, Vector
from kgen.likelihoods import Gaussian
from kgen.metrics import importance_weighted_log_likelihood
from kgen.models import CVAE, IWAE, MODELS, VAE
from tests.conftest import (
    ABLE,
    AGES,
    CLASSES,
    CONCEPTS,
    SHAPE,
    a_model_of_each_kind,
    every_model,
    random_batch,
    tiny,
    uncompiled,
    values_for,
)
from tests.fields.kinds import SQUARE, VALUES, stands, values_of

LABELS = np.arange(60) % CLASSES
YEARS = np.linspace(20.0, 80.0, 60)


def data_of(kind, name):
    """Stored values of a kind by a model's fields, with labels or ages if taken; and the fields."""
    cls, values = MODELS[name].load(), values_of(kind, name)
    field = fields.kind(kind).of(values, "x")
    stored = field.stored(values)
    field = field.fitted(stored)
    made = {**dict.fromkeys(wanted(cls), (stored, field)), **beside(cls, field.shape)}
    return {name: pair[0] for name, pair in made.items()}, {
        name: pair[1] for name, pair in made.items()
    }


def beside(cls, shape):
    """What a model takes as y, and as c."""
    kinds = wanted(cls).get("y", ())
    concepts = (
        {"c": (np.stack([YEARS, -YEARS], axis=1), CONCEPTS)}
        if "c" in wanted(cls)
        else {}
    )
    if kinds == (Mask,) and len(shape) > 2:
        masks = np.random.default_rng(1).integers(0, 3, (60, *shape[:-1], 1))
        return {"y": (masks, Mask.of(masks, "y"))}
    if Label in kinds:
        return {"y": (LABELS, Label(CLASSES))}
    return {**concepts, **({"y": (YEARS, AGES)} if Number in kinds else {})}


# An uncompiled step takes seconds under JAX: there, one model per way to train stands for all.
TRAINED = MODELS if keras.backend.backend() == "tensorflow" else ("vae", "cvae-cgan")


def pair(name, kind):
    """A model and a kind; one whose abilities are another's trains on images only."""
    marks = [] if name in ABLE or kind == "image" else pytest.mark.slow
    return pytest.param(name, kind, marks=marks)


@pytest.mark.parametrize(
    ("name", "kind"),
    [pair(name, kind) for name in TRAINED for kind in VALUES if stands(name, kind)],
)
def test_a_model_trains_on_stored_values_and_gives_back_such(name, kind, tmp_path):
    cls = MODELS[name].load()
    values, given = data_of(kind, name)
    if refusal(cls, given):
        gridded = {one for kinds in wanted(cls).values() for one in kinds} & {
            Grid,
            Mask,
        }
        assert name in SQUARE or (kind in ("vector", "curve") and gridded)
        return
    model = uncompiled(tiny(name, given))
    assert np.isfinite(
        model.fit(values, batch_size=60, verbose=0).history["loss"]
    ).all()
    made, field = answered(model, values)
    stored = values[field]
    assert made.shape == (6, *stored.shape[1:])
    low, high = stored.min().astype(float), stored.max().astype(float)
    assert 2 * low - high <= made.min() and made.max() <= 2 * high - low
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.fields == model.fields
    np.testing.assert_array_equal(answered(again, values)[0], made)


def answered(model, values):
    """Six values that a model makes, in stored units, and their field."""
    if isinstance(model, Generates):
        return model.generate(6, seed=0), "x"
    if isinstance(model, Regresses):
        return model.estimate(values["x"][:6]), "y"
    start, end = model.directions[0]
    return model.translate(values[start][:6], end), end


def test_a_dcgan_takes_no_vectors_and_says_what_it_takes():
    reason = refusal(MODELS["dcgan"].load(), {"x": Vector((3,))})
    assert reason == "DCGAN takes x as a grid, and not as vectors of 3 numbers"
    assert (
        refusal(CVAE, {"x": Vector((3,))})
        == "CVAE takes the field y, a label; there is only x (vectors of 3 numbers)"
    )


SHAPES = {"vector": (7,), "curve": (8, 2), "picture": (8, 9, 1), "volume": (4, 4, 5, 1)}
VARIANCE = 0.3


class LinearGaussian:
    """x = W z + b_y + noise, rows of W orthogonal: posterior and likelihood are known exactly."""

    def __init__(self, shape, classes=0):
        random, size = np.random.default_rng(0), int(np.prod(shape))
        rows = np.linalg.qr(random.normal(size=(size, 2)))[0].T
        self.weights = rows * [[1.5], [0.7]]
        self.means = random.normal(size=(max(classes, 1), size))
        self.shape, self.classes = shape, classes

    def model(self, cls, **options):
        """A model whose networks are these, its posterior a little too wide."""
        posterior = 1.0 / (1.0 + np.sum(self.weights**2, axis=1) / VARIANCE)
        reader = (posterior[:, None] * self.weights / VARIANCE).T
        size = {"latent_dim": 2, "depth": 0, "num_classes": self.classes or None}
        encoder = networks.dense_encoder(self.shape, **size)
        decoder = networks.dense_decoder(self.shape, **size)
        shifts = -self.means @ reader
        encoder.get_layer("mean").set_weights(with_labels(reader, shifts, self.classes))
        zeros = np.zeros((len(reader) + self.classes, 2))
        encoder.get_layer("log_var").set_weights([zeros, np.log(1.2 * posterior)])
        (dense,) = [
            layer for layer in decoder.layers if isinstance(layer, keras.layers.Dense)
        ]
        dense.set_weights(with_labels(self.weights, self.means, self.classes))
        labels = [self.classes] if self.classes else []
        return cls(
            encoder,
            decoder,
            *labels,
            Gaussian(VARIANCE),
            fields=self.fields(),
            **options,
        )

    def fields(self):
        labels = {"y": Label(self.classes)} if self.classes else {}
        return {"x": fields.of_shape(self.shape, (-100.0, 100.0)), **labels}

    def drawn(self, count):
        """Values and labels of the model."""
        random = np.random.default_rng(1)
        y = np.arange(count) % max(self.classes, 1)
        x = random.normal(size=(count, 2)) @ self.weights + self.means[y]
        x = x + np.sqrt(VARIANCE) * random.normal(size=x.shape)
        return x.reshape(count, *self.shape).astype("float32"), y

    def exact(self, x, y):
        """log p(x|y) of each value."""
        covariance = self.weights.T @ self.weights + VARIANCE * np.eye(x[0].size)
        pairs = zip(x.reshape(len(x), -1), self.means[y], strict=True)
        return [
            stats.multivariate_normal.logpdf(value, mean, covariance)
            for value, mean in pairs
        ]


def with_labels(kernel, biases, classes):
    """The weights of a dense layer that reads latents, or values, and a one-hot label beside it."""
    if not classes:
        return [kernel, biases[0]]
    return [np.concatenate([kernel, biases]), np.zeros(biases.shape[1])]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("cls", "classes"), [(VAE, 0), (IWAE, 0), (CVAE, 3)])
def test_the_importance_weighted_bound_of_a_linear_gaussian_model_is_its_likelihood(
    cls, classes, shape
):
    truth = LinearGaussian(shape, classes)
    model, (x, y) = truth.model(cls), truth.drawn(4)
    found = [
        importance_weighted_log_likelihood(model, x, y, 1000, seed) for seed in range(8)
    ]
    error = np.std(found, axis=0, ddof=1) / np.sqrt(8)
    assert (
        np.abs(np.mean(found, axis=0) - truth.exact(x, y)) <= 3 * error + 1e-4
    ).all()


def pairs(x, y, size=16):
    """Batches of pairs for ever."""
    while True:
        for start in range(0, len(x), size):
            yield x[start : start + size], y[start : start + size]


class Batches(keras.utils.PyDataset):
    """Batches of pairs."""

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y = x, y

    def __len__(self):
        return 3

    def __getitem__(self, number):
        here = slice(16 * number, 16 * (number + 1))
        return self.x[here], self.y[here]


def sliced(values):
    return tf.data.Dataset.from_tensor_slices(values).batch(16)


FORMS = {
    "numbers": lambda y: y, "column": lambda y: y[:, None],
    "one-hot": lambda y: np.eye(CLASSES, dtype="float32")[y],
    "floats": lambda y: y.astype("float64"), "big-endian": lambda y: y.astype(">i8"),
}  # fmt: skip
DOORS = {
    "arrays": lambda model, x, y: model.fit(
        x, y, batch_size=16, shuffle=False, verbose=0
    ),
    "pair": lambda model, x, y: model.fit(
        (x, y), batch_size=16, shuffle=False, verbose=0
    ),
    "names": lambda model, x, y: model.fit(
        {"x": x, "y": y}, batch_size=16, shuffle=False, verbose=0
    ),
    "tf.data": lambda model, x, y: model.fit(sliced((x, y)), shuffle=False, verbose=0),
    "nested": lambda model, x, y: model.fit(
        sliced(((x, y),)), shuffle=False, verbose=0
    ),
    "PyDataset": lambda model, x, y: model.fit(Batches(x, y), shuffle=False, verbose=0),
    "generator": lambda model, x, y: model.fit(
        pairs(x, y), steps_per_epoch=3, shuffle=False, verbose=0
    ),
}


def paid(name, door, x, y, compiled=False):
    """The loss of an epoch of values that come through a door."""
    keras.utils.set_random_seed(0)
    model = tiny(name) if compiled else uncompiled(tiny(name))
    return DOORS[door](model, x, y).history["loss"]


@functools.cache
def paid_for_numbers(door, compiled):
    return paid("cvae", door, *random_batch(), compiled)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("form", ["column", "one-hot", "big-endian"])
def test_labels_of_any_form_mean_the_same_at_every_door(form, door, batch):
    if door in ("tf.data", "nested") and form == "big-endian":
        form = "floats"  # TensorFlow itself makes no tensors of foreign byte order
    x, y = batch
    compiled = door == "arrays"
    losses = paid("cvae", door, x, FORMS[form](y), compiled)
    np.testing.assert_allclose(losses, paid_for_numbers(door, compiled), rtol=1e-6)


@every_model(Conditional)
def test_labels_of_any_form_mean_the_same_to_every_model(name, batch):
    x, y = batch
    numbers = paid(name, "arrays", x, y)
    for form in ("column", "one-hot"):
        losses = paid(name, "arrays", x, FORMS[form](y))
        np.testing.assert_allclose(losses, numbers, rtol=1e-6, err_msg=form)


@pytest.mark.parametrize("name", ["vae", "cvae-cgan", "acgan"])
def test_pixels_and_weights_in_foreign_byte_order_are_the_same_pixels(name, batch):
    x, y = batch
    weights = np.linspace(0.5, 1.5, len(x)).astype("float32")
    found = []
    for order in ("=", ">"):
        arrays = (
            values.astype(values.dtype.newbyteorder(order))
            for values in (x, y, weights)
        )
        pixels, labels, share = arrays
        keras.utils.set_random_seed(0)
        model = uncompiled(tiny(name))
        found.append(
            model.evaluate(
                pixels, labels, sample_weight=share, verbose=0, return_dict=True
            )
        )
    assert found[0] == found[1]


def test_tensors_are_checked_as_arrays_are(batch):
    with pytest.raises(ValueError, match=r"takes values in \[0.0, 1.0\]"):
        tiny("vae").fit(tf.constant(16 * batch[0]), verbose=0)


SIZES = {
    "latent_dim": np.int64(3),
    "width": np.int32(4),
    "discriminator_width": np.int16(4),
    "n_critic": np.int64(2),
    "blocks": np.int8(1),
}


@pytest.mark.parametrize("name", TRAINED)
def test_sizes_of_a_configuration_are_python_integers(name):
    json.dumps(tiny(name, **SIZES).get_config())


@a_model_of_each_kind(TRAINED)
def test_sizes_may_be_numpy_integers(name, tmp_path):
    model = tiny(name, **SIZES)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    values = values_for(model, 6)
    np.testing.assert_array_equal(
        answered(again, values)[0], answered(model, values)[0]
    )


def test_a_model_of_other_fields_takes_them_by_name():
    class Sum(VAE):
        """A VAE of two fields of which it encodes the first."""

        def train_step(self, data):
            a, b = self.unpack(data)
            self.play("model", self.objective, a + 0.0 * b)
            return self.results()

    size = (2,), 2
    both = {"a": Vector((2,)), "b": Vector((2,), 0.0, 10.0)}
    model = Sum(
        networks.dense_encoder(*size), networks.dense_decoder(*size), fields=both
    )
    model.compile()
    a, b = np.random.default_rng(0).random((2, 32, 2), dtype="float32")
    assert np.isfinite(model.fit({"a": a, "b": b}, verbose=0).history["loss"])
    with pytest.raises(
        ValueError, match=r"Sum needs 'b': .* as in fit\(\{'a': …, 'b': …\}\)"
    ):
        model.fit({"a": a, "c": b}, verbose=0)
    with pytest.raises(ValueError, match=r"b has the shape \(32, 3\)"):
        model.fit({"a": a, "b": np.zeros((32, 3))}, verbose=0)
    with pytest.raises(
        ValueError, match="Different numbers of items: a has 32, b has 9"
    ):
        model.fit({"a": a, "b": b[:9]}, verbose=0)


def test_models_of_the_first_versions_take_what_they_took(batch):
    for name, span in (
        ("vae", (0.0, 1.0)),
        ("gan", (-1.0, 1.0)),
        ("wgan-gp", (-2.0, 3.0)),
    ):
        model = tiny(name)
        config = {
            key: value for key, value in model.get_config().items() if key != "fields"
        }
        if name != "vae":
            config["pixel_range"] = list(span)
        old = type(model).from_config(config)
        old.set_weights(model.get_weights())
        field = old.fields["x"]
        assert (field.low, field.high) == field.limits == span
        low, high = span
        unit = (old.generate(4, seed=0) - low) / (high - low)
        own = (model.generate(4, seed=0) - 0.0) / 1.0
        assert name == "wgan-gp" or np.allclose(unit, own, atol=1e-5)
        old.adopt({"x": Image(SHAPE, 0, 255)})
        np.testing.assert_allclose(
            old.generate(4, seed=0), 255 * unit, rtol=1e-4, atol=1e-2
        )


WORDS = np.array(["cat", "cow", "dog"])[LABELS]


@pytest.mark.parametrize(
    "given", [WORDS, WORDS.astype(object), WORDS.tolist(), WORDS.astype("S")], ids=type
)
@pytest.mark.parametrize("door", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
@pytest.mark.parametrize("name", ["vae", "cvae", "acgan", "cvae-cgan"])
def test_labels_in_words_are_refused_with_what_numbers_them(name, door, given):
    model = tiny(name)
    x = np.zeros((60, *SHAPE), "float32")
    told = (
        r"y holds words, such as b?'cat'; labels are whole numbers from 0. "
        r"Number the words: names, y = np.unique\("
    )
    with pytest.raises(ValueError, match=told):
        getattr(model, door)(x, given)


@pytest.mark.parametrize("name", ["cvae", "cgan"])
def test_words_that_a_field_knows_are_numbered_by_it(name):
    model = tiny(name, {"x": Image(SHAPE), "y": Label(CLASSES, ["cat", "cow", "dog"])})
    x = np.zeros((60, *SHAPE), "float32")
    with pytest.raises(
        ValueError, match=r"Number the words: model.fields\['y'\].numbered\(words\)."
    ):
        model.fit(x, WORDS, verbose=0)
    np.testing.assert_array_equal(model.fields["y"].numbered(WORDS), LABELS)
