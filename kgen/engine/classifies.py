from keras import ops


class Classifies:
    """The vocabulary of games whose discriminator returns the logit of being real and the logits of the class."""

    def classify(self, x):
        """The probability of every class, (n, num_classes)."""
        self.fields["x"].check(x, "x")
        return self._in_batches(self._classified, x=x)

    def _classified(self, x):
        return ops.softmax(self.discriminator(x, training=False)[1])
