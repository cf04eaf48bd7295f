from keras import ops

from kgen.abilities.classifies import Classifies
from kgen.abilities.explains import Explains
from kgen.abilities.judges import Judges
from kgen.types import Tensor


class JudgesClasses(Classifies, Explains, Judges):
    """Judges and classifies with one ``discriminator``: the logit of being real, class logits.

    The logit of being real has the shape (n, 1). With the shape (n, K), the k-th one says whether x
    is a real value of class k.
    """

    def judge(self, x: Tensor, y: Tensor, training: bool) -> tuple[Tensor, Tensor]:
        """Logits of being real, for each value's class (the first of ``y``), and class logits."""
        realness, classes = self.discriminator(x, training=training)
        return _of_class(realness, y[: ops.shape(x)[0]]), classes

    def judged(self, x: Tensor) -> Tensor:
        realness, classes = self.discriminator(x, training=False)
        if realness.shape[-1] == 1:
            return realness
        return ops.logsumexp(
            realness + ops.log_softmax(classes), axis=-1, keepdims=True
        )

    def class_logits(self, x: Tensor) -> Tensor:
        return self.discriminator(x, training=False)[1]

    def answers(self, x: Tensor) -> Tensor:
        return self.class_logits(x)


def _of_class(realness, y):
    """The logit of each value's class."""
    if realness.shape[-1] == 1:
        return realness
    members = ops.one_hot(
        ops.cast(y, "int32"), realness.shape[-1], dtype=realness.dtype
    )
    return ops.sum(realness * members, axis=-1, keepdims=True)
