from kgen.abilities.judges import Judges
from kgen.types import Tensor


class JudgesFeatures(Judges):
    """Judges with a ``discriminator`` of two outputs: a logit (n, 1), and the features behind it.

    A model that ``Detects`` compares values in these features.
    """

    def judge(self, x: Tensor, training: bool = True) -> Tensor:
        """D's logits of values."""
        return self.discriminator(x, training=training)[0]

    def judged(self, x: Tensor) -> Tensor:
        return self.judge(x, training=False)

    def traits(self, x: Tensor) -> Tensor:
        return self.discriminator(x, training=False)[1]
