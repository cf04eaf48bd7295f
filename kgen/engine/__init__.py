"""How a model of several networks and optimizers trains, evaluates, saves and resumes."""

from kgen.engine.adversarial import AdversarialModel
from kgen.engine.classification import AuxiliaryClassifier
from kgen.engine.distribution import agreed, alone, distribute, own
from kgen.engine.encoding import ImageEncoder
from kgen.engine.generation import ImageGenerator
from kgen.engine.latent import LatentVariables
from kgen.engine.model import GenerativeModel

__all__ = [
    "AdversarialModel",
    "AuxiliaryClassifier",
    "GenerativeModel",
    "ImageEncoder",
    "ImageGenerator",
    "LatentVariables",
    "agreed",
    "alone",
    "distribute",
    "own",
]
