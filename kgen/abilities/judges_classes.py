from kgen.abilities.classifies import Classifies
from kgen.abilities.judges import Judges


class JudgesClasses(Classifies, Judges):
    """Judges and classifies with one ``discriminator``: the logit of being real (n, 1) and the logits of the class."""

    def judged(self, x):
        return self.discriminator(x, training=False)[0]

    def class_logits(self, x):
        return self.discriminator(x, training=False)[1]
