"""How a model of several networks and optimizers trains, evaluates, saves and resumes."""

from kgen.engine.adversarial import AdversarialModel
from kgen.engine.distribution import agreed, alone, distribute, own
from kgen.engine.model import GenerativeModel
from kgen.engine.saving import remember_skipped

remember_skipped()

__all__ = [
    "AdversarialModel",
    "GenerativeModel",
    "agreed",
    "alone",
    "distribute",
    "own",
]
