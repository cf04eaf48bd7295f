from keras import ops

from kgen.engine import checks


class AuxiliaryClassifier:
    """The vocabulary of games whose discriminator returns the logit of being real and the logits of the class."""

    def classify(self, x):
        """The probability of every class, (n, num_classes)."""
        checks.check_images(x, self.image_shape, self.pixel_range)
        return self._in_batches(lambda images: ops.softmax(self.discriminator(images, training=False)[1]), x)
