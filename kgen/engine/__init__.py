"""How a model of several networks and optimizers trains, evaluates, saves and resumes."""

from kgen.engine.adversarial import AdversarialModel
from kgen.engine.classifies import Classifies
from kgen.engine.distribution import agreed, alone, distribute, own
from kgen.engine.encodes import Encodes
from kgen.engine.generates import Generates
from kgen.engine.has_density import HasDensity
from kgen.engine.model import GenerativeModel

__all__ = [
    "AdversarialModel",
    "Classifies",
    "Encodes",
    "Generates",
    "GenerativeModel",
    "HasDensity",
    "agreed",
    "alone",
    "distribute",
    "own",
]
