from kgen.abilities.judges import Judges


class JudgesFeatures(Judges):
    """Judges with one ``discriminator`` of two outputs: what it says of a value (n, 1), and the features behind it.

    These are what values are compared in by a model that ``Detects``.
    """

    def judge(self, x, training=True):
        """What D says of values."""
        return self.discriminator(x, training=training)[0]

    def judged(self, x):
        return self.judge(x, training=False)

    def traits(self, x):
        return self.discriminator(x, training=False)[1]
