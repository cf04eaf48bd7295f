from kgen.abilities.classifies import Classifies
from kgen.abilities.perturbs import Perturbs


class Responds(Classifies, Perturbs):
    """Predicts the response y to a treatment, and the value after it, from a value x before it."""
