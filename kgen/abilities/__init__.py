"""What a model can do: abstract classes that its page inherits from and fills in."""

from kgen.abilities.classifies import Classifies
from kgen.abilities.conditional import Conditional
from kgen.abilities.detects import Detects
from kgen.abilities.embeds_classes import EmbedsClasses
from kgen.abilities.encodes import Encodes
from kgen.abilities.explains import Explains
from kgen.abilities.generates import Generates
from kgen.abilities.has_concepts import HasConcepts
from kgen.abilities.has_density import HasDensity
from kgen.abilities.infers import Infers
from kgen.abilities.judges import Judges
from kgen.abilities.judges_classes import JudgesClasses
from kgen.abilities.judges_features import JudgesFeatures
from kgen.abilities.mixes import Mixes
from kgen.abilities.mixes_styles import MixesStyles
from kgen.abilities.paints import Paints
from kgen.abilities.perturbs import Perturbs
from kgen.abilities.regresses import Regresses
from kgen.abilities.responds import Responds
from kgen.abilities.segments import Segments
from kgen.abilities.translates import Translates
from kgen.abilities.truncates import Truncates

__all__ = [
    "Classifies", "Conditional", "Detects", "EmbedsClasses", "Encodes", "Explains", "Generates",
    "HasConcepts", "HasDensity", "Infers", "Judges", "JudgesClasses", "JudgesFeatures", "Mixes",
    "MixesStyles", "Paints", "Perturbs", "Regresses", "Responds", "Segments", "Translates",
    "Truncates",
]  # fmt: skip
