"""The convolution of each image by its own style, against the convolution with its own kernel."""

import numpy as np
import pytest
from keras import ops

from kgen.layers import ModulatedConvolution

RANDOM = np.random.default_rng(0)
MAPS = RANDOM.normal(size=(4, 9, 7, 6)).astype("float32")
STYLES = RANDOM.normal(1.0, 0.5, (4, 6)).astype("float32")


def kernels(layer, styles):
    """The modulated and demodulated kernel of each image, as in the paper's equations 1 and 3."""
    kernel = ops.convert_to_numpy(layer.kernel) * layer.scale
    modulated = kernel[None] * styles[:, None, None, :, None]
    squares = (modulated**2).sum(axis=(1, 2, 3), keepdims=True)
    return modulated / np.sqrt(squares + 1e-8) if layer.demodulate else modulated


@pytest.mark.parametrize("demodulate", [True, False])
@pytest.mark.parametrize("side", [1, 3])
def test_each_image_is_convolved_with_its_own_kernel(side, demodulate):
    layer = ModulatedConvolution(5, side, demodulate)
    found = ops.convert_to_numpy(layer([MAPS, STYLES]))
    for number, kernel in enumerate(kernels(layer, STYLES)):
        alone = ops.conv(
            MAPS[number : number + 1], kernel.astype("float32"), padding="same"
        )
        np.testing.assert_allclose(
            found[number], ops.convert_to_numpy(alone)[0], atol=2e-5
        )


def test_outputs_have_variance_1_whatever_the_style():
    layer = ModulatedConvolution(16, 3)
    maps = RANDOM.normal(size=(2, 130, 130, 8)).astype("float32")
    styles = np.stack([np.full(8, 0.01), np.linspace(-40.0, 40.0, 8)]).astype("float32")
    # zeros lie beyond the edge
    inner = ops.convert_to_numpy(layer([maps, styles]))[:, 1:-1, 1:-1]
    np.testing.assert_allclose(inner.var(axis=(1, 2, 3)), 1.0, atol=1e-2)


def test_without_demodulation_the_style_scales_the_variance():
    layer = ModulatedConvolution(400, 1, demodulate=False)
    maps = RANDOM.normal(size=(1, 40, 40, 8)).astype("float32")
    outputs = ops.convert_to_numpy(layer([maps, np.full((1, 8), 3.0, "float32")]))
    np.testing.assert_allclose(outputs.var(), 9.0, rtol=0.1)


def test_sizes_below_1_are_refused():
    with pytest.raises(
        ValueError, match="kernel_size=0 is not a whole number of at least 1"
    ):
        ModulatedConvolution(3, 0)
