from kgen.abilities.classifies import Classifies
from kgen.abilities.perturbs import Perturbs


class Responds(Classifies, Perturbs):
    """Foretells the response y to a treatment, and the value after it, of a value x before it."""
