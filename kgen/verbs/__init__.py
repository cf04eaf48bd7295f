"""What a run's model does with a file: one verb per module, each a command of ``kgen``.

Example:
    kgen encode RUN IN OUT
"""

import importlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kgen.verbs.verb import Verb


class Entry(NamedTuple):
    """Where a verb lives and what it does, known without importing Keras."""

    path: str
    summary: str

    def load(self) -> "Verb":
        """The verb."""
        module, _, cls = self.path.rpartition(".")
        return getattr(importlib.import_module(module), cls)()


VERBS = {
    "encode": Entry(
        "kgen.verbs.encode.Encode", "Write the latents of a file's values."
    ),
    "reconstruct": Entry(
        "kgen.verbs.reconstruct.Reconstruct",
        "Encode a file's values and decode them again.",
    ),
    "classify": Entry(
        "kgen.verbs.classify.Classify", "Name the classes of a file's values."
    ),
    "estimate": Entry(
        "kgen.verbs.estimate.Estimate",
        "Estimate a number, such as an age, of a file's values.",
    ),
    "segment": Entry(
        "kgen.verbs.segment.Segment",
        "Tell the class of every point of a file's values.",
    ),
    "detect": Entry(
        "kgen.verbs.detect.Detect",
        "Score how unlike the training a file's values are, and where; OUT may be a folder.",
    ),
    "translate": Entry(
        "kgen.verbs.translate.Translate",
        "Make of a file's values those of another field.",
    ),
}
