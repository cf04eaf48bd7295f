"""B-scans of the macula as optical coherence tomography shows them, drawn from a known truth."""

from kgen.data.retina.retinas import Retinas
from kgen.data.retina.scan import Scan

__all__ = ["Retinas", "Scan"]
