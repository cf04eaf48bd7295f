import keras
from keras import ops


class Likelihood(keras.layers.Layer):
    """Base of the likelihoods p(x|z): the decoder's output, the *parameters*, made into a density of images.

    Subclasses give ``log_density(x, parameters)``, nats a pixel, and ``mean(parameters)``, pixels.
    """

    input_range = (0.0, 1.0)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.built = True

    def log_prob(self, x, parameters):
        """Log-density of each image (…, height, width, channels): summed over its pixels and channels, nats an image.

        Images and parameters may differ in the axes before these three, such as one image for many codes. Of arrays
        with fewer axes, all but the first are summed.
        """
        density = self.log_density(ops.cast(x, "float32"), ops.cast(parameters, "float32"))
        return ops.sum(density, axis=tuple(range(-min(3, len(density.shape) - 1), 0)))

    def pixels(self, parameters):
        """The mean, held inside ``input_range``: an image to look at."""
        return ops.clip(self.mean(ops.cast(parameters, "float32")), *self.input_range)
