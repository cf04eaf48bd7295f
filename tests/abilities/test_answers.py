"""Abilities that no model of kgen has yet: a page writes them on tensors, users pass arrays."""

import numpy as np
import pytest
from keras import ops

from kgen import interpret
from kgen.abilities import Detects, Explains, Generates, Segments
from kgen.engine import GenerativeModel
from kgen.fields import Image

X = np.random.default_rng(0).integers(0, 256, (7, 8, 8, 1), dtype="uint8")
UNIT = X / 255


class Eye(Segments, Detects, Explains, GenerativeModel):
    """Detects bright points and bright images, and explains both."""

    def __init__(self):
        super().__init__({"model": []}, fields={"x": Image.of(X, "x").fitted(X)})

    def mask_logits(self, x):
        return ops.concatenate([0.5 - x, x - 0.5], axis=-1)

    def nearest(self, x):
        return ops.zeros_like(x)

    def traits(self, x):
        return ops.reshape(x, (-1, 64))

    def strangeness(self, x, nearest):
        return ops.mean(x - nearest, axis=(1, 2, 3))

    def answers(self, x):
        return ops.reshape(ops.sum(2.0 * x, axis=(1, 2, 3)), (-1, 1))


def test_points_are_classified_values_scored_and_answers_explained():
    model = Eye()
    model.batch_size = 3
    np.testing.assert_array_equal(model.segment(X), UNIT[..., 0] > 0.5)
    np.testing.assert_allclose(model.detect(X), UNIT.mean(axis=(1, 2, 3)), rtol=1e-5)
    found = model.anomalies(X)
    np.testing.assert_allclose(found.maps, UNIT[..., 0], rtol=1e-5)
    np.testing.assert_array_equal(found.nearest, np.full_like(X, X.min(), "float32"))
    added = interpret.occlusion(model, X, patch=1, baseline=0)
    np.testing.assert_allclose(added, 2 * UNIT[..., 0], atol=1e-4)
    with pytest.raises(ValueError, match="x has the shape"):
        model.detect(X[:, :4])


@pytest.mark.parametrize("ability", [Segments, Detects, Explains, Generates])
def test_a_page_that_does_not_write_its_formula_is_refused(ability):
    class Empty(ability, GenerativeModel):
        pass

    with pytest.raises(TypeError, match="abstract method"):
        Empty({"model": []})
