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
        "kgen.verbs.encode.Encode", "Compute the latents of the values in a file."
    ),
    "reconstruct": Entry(
        "kgen.verbs.reconstruct.Reconstruct",
        "Encode and decode the values in a file.",
    ),
    "classify": Entry(
        "kgen.verbs.classify.Classify", "Predict the classes of the values in a file."
    ),
    "estimate": Entry(
        "kgen.verbs.estimate.Estimate",
        "Estimate a number, such as an age, for the values in a file.",
    ),
    "segment": Entry(
        "kgen.verbs.segment.Segment",
        "Segment the values in a file: a class for every point.",
    ),
    "detect": Entry(
        "kgen.verbs.detect.Detect",
        "Detect and locate anomalies in the values of a file; OUT may be a folder.",
    ),
    "translate": Entry(
        "kgen.verbs.translate.Translate",
        "Translate the values in a file into another field.",
    ),
    "effect": Entry(
        "kgen.verbs.effect.Effect",
        "Subtract from the values in a file their translation into another domain.",
    ),
}
