"""What every model with an encoder keeps."""

import numpy as np
import pytest

from kgen.models import MODELS
from tests.conftest import tiny
from tests.engine.test_contract import labels_for

ENCODERS = [name for name, entry in MODELS.items() if hasattr(entry.load(), "encode")]
pytestmark = pytest.mark.parametrize("name", ENCODERS)


def test_vocabulary_has_the_documented_shapes(name, batch):
    model, (x, y) = tiny(name), batch
    y = labels_for(model, y)
    mean, log_var = model.encode(x, y)
    assert mean.shape == log_var.shape == (48, 3)
    assert model.reconstruct(x, y).shape == x.shape
    assert model.log_likelihood(x, mean, y).shape == (48,)


def test_batches_of_any_size_give_the_same_images(name, batch):
    model, (x, y) = tiny(name), batch
    whole = model.reconstruct(x, labels_for(model, y))
    model.batch_size = 7
    np.testing.assert_allclose(model.reconstruct(x, labels_for(model, y)), whole, atol=1e-6)


def test_predict_on_pairs_is_reconstruct(name, batch):
    model, (x, y) = tiny(name), batch
    np.testing.assert_allclose(model.predict((x, y), verbose=0), model.reconstruct(x, y), atol=1e-6)


def test_labels_of_other_length_are_refused(name, batch):
    model, (x, y) = tiny(name), batch
    if model.num_classes is not None:
        with pytest.raises(ValueError, match="Different numbers"):
            model.reconstruct(x, y[:5])
