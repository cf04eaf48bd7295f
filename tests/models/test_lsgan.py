import numpy as np
import pytest

from kgen.models import LSGAN
from tests.conftest import tiny
from tests.models import normals


@pytest.mark.parametrize(
    ("mean", "expected"), [(0.0, 0.25), (1.0, 0.199), (2.0, 0.1124), (4.0, 0.0171)]
)
def test_a_trained_discriminator_pays_what_theory_says(mean, expected):
    model = normals.trained(
        LSGAN(
            normals.shift(mean), normals.line("sigmoid"), fields=normals.FIELDS, seed=0
        )
    )
    assert normals.paid(model)["discriminator_loss"] == pytest.approx(
        expected, abs=3e-3
    )


def test_equilibrium(batch):
    model = tiny("lsgan")
    kernel, bias = model.discriminator.layers[-1].get_weights()
    model.discriminator.layers[-1].set_weights([0.0 * kernel, bias + 0.5])
    logs = model.evaluate(batch[0], verbose=0, return_dict=True)
    assert (logs["discriminator_loss"], logs["generator_loss"]) == (0.25, 0.125)


def test_each_code_is_where_it_belongs(batch):
    model = tiny("lsgan", a=-1.0, b=2.0, c=5.0)
    model.discriminator.layers[-1].set_weights(
        [np.zeros_like(w) for w in model.discriminator.layers[-1].get_weights()]
    )
    logs = model.evaluate(batch[0], verbose=0, return_dict=True)
    assert (logs["real_loss"], logs["fake_loss"], logs["adversarial_loss"]) == (
        2.0,
        0.5,
        12.5,
    )


def test_bad_arguments_are_named():
    with pytest.raises(
        ValueError, match="a=1.0, the code of fakes, is not below b=1.0"
    ):
        tiny("lsgan", a=1.0)
    with pytest.raises(ValueError, match="c=None is not a number"):
        tiny("lsgan", c=None)
